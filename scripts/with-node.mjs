// Installs, builds, then runs a TypeScript file with the project's Node: `node scripts/with-node.mjs FILE [ARG …]`.
import { build } from './build.mjs'
import { projectEnvironment, projectNode, run } from './pnpm.mjs'

build()
run(projectNode, ['--conditions=rejoin-source', '--disable-warning=ExperimentalWarning', ...process.argv.slice(2)], { env: projectEnvironment() })
