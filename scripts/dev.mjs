// Server and demo with hot reload: the server restarts when its source changes, the page updates in place. Nothing is built.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { prepare } from './build.mjs'
import { projectEnvironment, projectNode, root } from './pnpm.mjs'
import { demoSchema } from './serve.mjs'

prepare()
const demo = join(root, 'apps', 'demo')
const serverArgs = [
  '--watch',
  '--watch-preserve-output',
  '--conditions=rejoin-source',
  '--disable-warning=ExperimentalWarning',
  'packages/server/src/main.ts',
]
const children = [
  spawn(projectNode, [...serverArgs, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: projectEnvironment(demoSchema),
  }),
  spawn(join(demo, 'node_modules', '.bin', 'vite'), ['--host', '127.0.0.1', '--port', '5173'], {
    cwd: demo,
    stdio: 'inherit',
    env: projectEnvironment(),
  }),
]
const stop = () => children.forEach((child) => child.kill('SIGTERM'))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
children.forEach((child) => child.on('exit', stop))
