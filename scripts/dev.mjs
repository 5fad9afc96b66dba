// Server and demo with hot reload: the server restarts when its source changes, the page updates in place.
import { spawn } from 'node:child_process'
import { build } from './build.mjs'
import { projectEnvironment, projectNode, root } from './pnpm.mjs'

build()
const environment = projectEnvironment()
const children = [
  spawn(
    projectNode,
    [
      '--watch',
      '--conditions=rejoin-source',
      '--disable-warning=ExperimentalWarning',
      'packages/server/src/main.ts',
      '--allowed-origins',
      'http://127.0.0.1:5173',
    ],
    { cwd: root, stdio: 'inherit', env: environment },
  ),
  spawn('vite', ['--host', '127.0.0.1', '--port', '5173'], { cwd: `${root}/apps/demo`, stdio: 'inherit', env: environment }),
]
const stop = () => children.forEach((child) => child.kill('SIGTERM'))
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
children.forEach((child) => child.on('exit', stop))
