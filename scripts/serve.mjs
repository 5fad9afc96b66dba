// Runs the built server on the project's Node, passing signals on, and ends with its status.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { projectNode, root } from './pnpm.mjs'

/** The records of the demo, unless somebody brings their own. */
export const demoSchema = { REJOIN_SCHEMA: process.env.REJOIN_SCHEMA ?? 'apps/demo/src/schema.ts' }

/** In a process group of its own: a Ctrl-C would otherwise reach the server twice, and the second one means "at once". */
export function serve(args, environment = {}) {
  const server = spawn(
    projectNode,
    ['--disable-warning=ExperimentalWarning', join(root, 'packages/server/dist/main.js'), ...args],
    {
      cwd: root,
      detached: process.platform !== 'win32',
      stdio: 'inherit',
      env: { ...process.env, ...environment },
    },
  )
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal))
  process.on('SIGHUP', () => server.kill('SIGTERM'))
  server.on('exit', (status, signal) => process.exit(status ?? (signal ? 1 : 0)))
}
