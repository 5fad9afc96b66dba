import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Holds the peers' own lock file; its `node_modules` is not part of the workspace. */
export const peersFolder = new URL('./peers/', import.meta.url).pathname

/** Installs the compared servers as their lock file names them, without running any install script. Does nothing where they are. */
export function installPeers(): void {
  if (existsSync(join(peersFolder, 'node_modules', '.package-lock.json'))) return
  console.log('Installing the servers to compare with …')
  const { status, error } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: peersFolder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (error) throw error
  if (status !== 0) throw new Error(`npm ci in ${peersFolder} ended with status ${status}`)
}
