import { compile, install, missingTool } from './pnpm.mjs'

/** Installs and builds every package; ends this process where that fails, saying what failed. */
export function build() {
  prepare()
  step('Building', compile)
}

/** Looks at the machine and installs. */
export function prepare() {
  const missing = missingTool()
  if (missing !== undefined) fail(missing, '')
  step('Installing dependencies', install)
}

function step(name, work) {
  console.log(`${name} …`)
  const { isOk, output } = work()
  if (!isOk) fail(`${name} failed.`, output)
}

function fail(message, output) {
  if (output !== '') console.error(output.trimEnd())
  console.error(message)
  process.exit(1)
}

if (import.meta.filename === process.argv[1]) build()
