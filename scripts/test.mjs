// Everything a contributor needs before a commit. Each step is one line; the last line is `N passed, N failed`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureChromium } from './ensure-chromium.mjs'
import { attempt, compile, install, missingTool, projectEnvironment } from './pnpm.mjs'
import { runTests } from './run-tests.mjs'

const total = { passed: 0, failed: 0 }
const reportFolder = mkdtempSync(join(tmpdir(), 'rejoin-test-'))
process.on('exit', () => rmSync(reportFolder, { recursive: true, force: true }))

/** Runs one step, prints its line, then what went wrong. */
function step(name, work) {
  process.stdout.write(`${name.padEnd(46)} `)
  const startedMs = Date.now()
  const { passed, failed, output } = work()
  const counts = passed + failed === 1 ? (failed === 0 ? 'ok' : 'FAILED') : `${passed} passed, ${failed} failed`
  console.log(`${counts} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`)
  if (failed > 0) console.log(`\n${output.trim()}\n`)
  total.passed += passed
  total.failed += failed
  return failed === 0
}

const check = (work) => () => {
  const { isOk, output } = work()
  return { passed: isOk ? 1 : 0, failed: isOk ? 0 : 1, output }
}
const command = (name, ...args) => check(() => attempt(name, args))

function finish() {
  console.log(`${total.passed} passed, ${total.failed} failed`)
  process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)
}

const canBuild =
  step(
    'this machine: Node 20, git, npx',
    check(() => ({ isOk: missingTool() === undefined, output: missingTool() ?? '' })),
  ) &&
  step('install', check(install)) &&
  step('build', check(compile))
if (!canBuild) finish()

step('format: oxfmt', command('oxfmt', '--check'))
step('lint: oxlint', command('oxlint', '--type-aware', '--deny-warnings', '--format=unix'))
step('types of the tests: tsc', command('tsc', '-p', 'tests/tsconfig.json'))
step('unused code: knip', command('knip', '--no-progress'))

let chromium
step(
  'Chromium',
  check(() => {
    chromium = ensureChromium()
    return { isOk: chromium.path !== undefined, output: chromium.output }
  }),
)
const environment = projectEnvironment({ CHROMIUM_PATH: chromium.path ?? '', REJOIN_TEST_SERVER: 'built' })
// Those that mostly wait (for an idle connection, for a process to end) wait while the others work; pages have the machine to themselves.
for (const projects of [['unit', 'architecture', 'simulation', 'hostile', 'interop', 'crash'], ['e2e']]) {
  step(`tests: ${projects.join(', ')}`, () => runTests(projects, join(reportFolder, `${projects[0]}.json`), environment))
}
finish()
