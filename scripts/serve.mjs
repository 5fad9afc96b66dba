// Runs the built server on the project's Node, passing signals on, and ends with its status.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { projectNode, root } from './pnpm.mjs'

export function serve(args, environment = {}) {
  const server = spawn(projectNode, [join(root, 'packages/server/dist/main.js'), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.kill(signal))
  server.on('exit', (status, signal) => process.exit(status ?? (signal ? 1 : 0)))
}
