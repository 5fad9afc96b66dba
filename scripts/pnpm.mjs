// Runs the project's tools from a bare machine: nothing but Node 20 and npm is needed. Plain JavaScript, because it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The Node that the project brings (24), once `install` has run. */
export const projectNode = join(root, 'node_modules', 'node', 'bin', 'node')

const nodeMajorMin = 20
const outputBytesMax = 256 * 1024 * 1024

/** The environment in which package binaries and the project's Node come first, and no process compiles what one before it has compiled. */
export function projectEnvironment(more = {}) {
  return {
    ...process.env,
    TURBO_TELEMETRY_DISABLED: '1',
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'),
    ...more,
    PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`,
  }
}

/** Runs a command to its end from the repository's root and gives back whether it succeeded and what it printed. */
export function attempt(command, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    env: projectEnvironment(),
    maxBuffer: outputBytesMax,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    ...options,
  })
  const trouble = error === undefined ? '' : `${command} could not be run: ${error.message}\n`
  return { isOk: status === 0, output: `${stdout ?? ''}${stderr ?? ''}${trouble}` }
}

/** What this machine lacks, as one sentence for a person, or `undefined`. */
export function missingTool() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < nodeMajorMin)
    return `Rejoin needs Node ${nodeMajorMin} or newer to start; this is ${process.version}. Get one from https://nodejs.org`
  if (!attempt('git', ['--version']).isOk)
    return 'Rejoin needs git to build; it was not found on PATH. Get it from https://git-scm.com'
  if (!attempt('npx', ['--version']).isOk)
    return 'Rejoin needs npx, which comes with npm; it was not found on PATH. Get it from https://nodejs.org'
  return undefined
}

/** Installs exactly what the lock file names. */
export function install() {
  const args = ['--yes', pinnedPnpm(), 'install', '--frozen-lockfile', '--reporter=append-only']
  const result = attempt('npx', args, { env: projectEnvironment({ CI: 'true' }) })
  if (result.isOk && !existsSync(projectNode))
    return { isOk: false, output: `${result.output}The package "node" brought no ${projectNode}` }
  return result
}

/** Builds every package, in the order of their dependencies; what has not changed comes from turbo's cache. npx puts the pnpm that turbo asks for on PATH. */
export function compile() {
  return attempt('npx', [
    '--yes',
    '--package',
    pinnedPnpm(),
    'turbo',
    'run',
    'build',
    '--output-logs=errors-only',
    '--log-prefix=none',
  ])
}

export function pinnedPnpm() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager
}
