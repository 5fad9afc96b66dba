import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Holds the peers' own lock file; its `node_modules` is not part of the workspace. */
export const peersFolder = new URL('./peers/', import.meta.url).pathname

/** Holds the lock file of what the benchmarks of records compare with, likewise. */
export const recordPeersFolder = new URL('./record-peers/', import.meta.url).pathname

/** Installs the compared servers as the folder's lock file names them, without running any install script. Does nothing where they are. */
export function installPeers(folder: string): void {
  if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return
  console.log('Installing the servers to compare with …')
  const { status, error } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (error) throw error
  if (status !== 0) throw new Error(`npm ci in ${folder} ended with status ${status}`)
}
