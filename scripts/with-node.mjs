// Installs, builds, then runs a TypeScript file with the project's Node: `node scripts/with-node.mjs FILE [ARG …]`.
import { spawnSync } from 'node:child_process'
import { build } from './build.mjs'
import { projectEnvironment, projectNode, root } from './pnpm.mjs'

build()
const { status } = spawnSync(
  projectNode,
  ['--conditions=rejoin-source', '--disable-warning=ExperimentalWarning', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
    env: projectEnvironment({ REJOIN_TEST_SERVER: 'built' }),
  },
)
process.exit(status ?? 1)
