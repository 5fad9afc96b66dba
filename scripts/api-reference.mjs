// The API reference of the packages, made from their docstrings: docs/api/index.html.
import { join } from 'node:path'
import { prepare } from './build.mjs'
import { attempt, root } from './pnpm.mjs'

prepare()
const folder = join(root, 'docs')
const { isOk, output } = attempt(join(folder, 'node_modules', '.bin', 'typedoc'), [], { cwd: folder })
if (!isOk) {
  console.error(output.trimEnd())
  process.exit(1)
}
console.log(`Open ${join(folder, 'api', 'index.html')}`)
