import { existsSync } from 'node:fs'
import { findChromium } from './find-chromium.mjs'
import { attempt } from './pnpm.mjs'

/** Finds Chromium, installing it where this process may (root on Debian or Ubuntu). `path` is undefined where there is none; `output` says what to do. */
export function ensureChromium() {
  const found = findChromium()
  if (found !== undefined) return { path: found, output: '' }
  if (process.env.CHROMIUM_PATH)
    return { path: undefined, output: `CHROMIUM_PATH names ${process.env.CHROMIUM_PATH}, which is not a program.` }
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return { path: undefined, output: advice() }
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const updated = attempt('apt-get', ['update'], { env: environment })
  const installed = attempt('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env: environment })
  const path = findChromium()
  return { path, output: path === undefined ? `${updated.output}${installed.output}\n${advice()}` : '' }
}

function advice() {
  const command = existsSync('/etc/debian_version')
    ? 'sudo apt-get update && sudo apt-get install -y chromium'
    : 'export CHROMIUM_PATH=/path/to/chromium'
  return `The browser tests need Chromium (or Chrome), and none was found on PATH. Run:  ${command}`
}
