// Runs pnpm through npx, so that a machine needs nothing but Node 20 and npm. Plain JavaScript: it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Runs a command from the repository's root; ends this process with its status if it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', ...options })
  if (error) console.error(`${command} could not be started: ${error.message}`)
  if (status !== 0) process.exit(status ?? 1)
}

export function pnpm(args, options) {
  run('npx', ['--yes', packageManager, ...args], options)
}

/** Installs exactly what the lock file names; quiet unless something fails. */
export function install() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    console.error(`Rejoin needs Node 20 or newer to start; this is ${process.version}. Get one from https://nodejs.org`)
    process.exit(1)
  }
  console.log('Installing dependencies …')
  pnpm(['install', '--frozen-lockfile', '--reporter=silent'], { env: { ...process.env, CI: 'true' } })
}

/** The Node that the project brings (24), once `install` has run. */
export const projectNode = join(root, 'node_modules', 'node', 'bin', 'node')

/** The environment in which package binaries and the project's Node come first. */
export function projectEnvironment() {
  const separator = process.platform === 'win32' ? ';' : ':'
  return { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${separator}${process.env.PATH ?? ''}` }
}
