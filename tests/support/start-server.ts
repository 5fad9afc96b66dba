import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { settleWithin } from './wait-for.ts'

const repositoryRoot = fileURLToPath(new URL('../..', import.meta.url))
const readyWithinMs = 20_000
const exitWithinMs = 30_000

export interface ServerOptions {
  /** Flags beside host, port and data folder: `['--auth', 'jwt']`. */
  readonly flags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Another entry than the CLI, as a path from the repository's root; it takes the same flags and prints the same line. */
  readonly entry?: string
}

/** A Rejoin server in a process of its own, on a free port, with a data folder of its own. */
export interface RunningServer {
  readonly port: number
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** `ws://127.0.0.1:PORT/documents`: what a stock client gets as its server URL. */
  readonly documentsUrl: string
  readonly dataDir: string
  readonly isAlive: boolean
  /** Everything the server has printed so far, over all its lives. */
  output(): string
  /** Ends the process and waits until it is gone. Resolves with its exit code; `null` after a signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  /** Starts it again on the same port and data folder. */
  start(): Promise<void>
  /** Stops it and removes the data folder. */
  [Symbol.asyncDispose](): Promise<void>
}

type ServerProcess = ChildProcessByStdio<null, Readable, Readable>

export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rejoin-server-'))
  let output = ''
  let child: ServerProcess | undefined
  let port = 0

  const start = async (): Promise<void> => {
    const started = spawnServer(options, port, dataDir)
    child = started
    const record = (chunk: string): void => {
      output += chunk
    }
    started.stdout.setEncoding('utf8').on('data', record)
    started.stderr.setEncoding('utf8').on('data', record)
    port = await settleWithin(
      `the server is ready:\n${output}`,
      readPort(started, () => output),
      { withinMs: readyWithinMs },
    )
  }
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child === undefined) return null
    if (isRunning(child)) {
      const gone = once(child, 'exit')
      child.kill(signal)
      await settleWithin('the server ends', gone, { withinMs: exitWithinMs })
    }
    return child.exitCode
  }

  // A test process that ends early must not leave its server behind.
  const killAtExit = (): void => {
    child?.kill('SIGKILL')
  }
  process.once('exit', killAtExit)

  try {
    await start()
  } catch (error) {
    await stop('SIGKILL')
    await rm(dataDir, { recursive: true, force: true })
    throw error
  }
  return {
    get port() {
      return port
    },
    get url() {
      return `http://127.0.0.1:${port}`
    },
    get documentsUrl() {
      return `ws://127.0.0.1:${port}/documents`
    },
    get isAlive() {
      return child !== undefined && isRunning(child)
    },
    dataDir,
    output: () => output,
    stop,
    start,
    [Symbol.asyncDispose]: async () => {
      process.off('exit', killAtExit)
      await stop('SIGKILL')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** `npm test` tests what was built; a developer's run tests the source, which needs no build. */
function spawnServer({ flags = [], environment = {}, entry }: ServerOptions, port: number, dataDir: string): ServerProcess {
  const isBuilt = process.env['REJOIN_TEST_SERVER'] === 'built' && entry === undefined
  const file = entry ?? (isBuilt ? 'packages/server/dist/main.js' : 'packages/server/src/main.ts')
  const conditions = isBuilt ? [] : ['--conditions=rejoin-source']
  const args = [
    ...conditions,
    '--disable-warning=ExperimentalWarning',
    join(repositoryRoot, file),
    '--port',
    String(port),
    '--data-dir',
    dataDir,
    ...flags,
  ]
  return spawn(process.execPath, args, {
    cwd: repositoryRoot,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function readPort(child: ServerProcess, output: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout.on('data', (chunk: string) => {
      printed += chunk
      const port = /rejoin listening on http:\/\/[^\s:]+:(\d+)/.exec(printed)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      reject(new Error(`the server ended with ${code ?? signal} before it was ready:\n${output()}`)),
    )
  })
}

function isRunning(child: ServerProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}
