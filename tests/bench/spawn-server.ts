import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { RunningServer } from './subject.ts'

export const repositoryRoot = new URL('../../', import.meta.url).pathname

/** A cold start on a busy machine. */
const readyMsMax = 60_000
/** y-leveldb works through a queue of hundreds of thousands of writes when it stops. */
const stopMsMax = 600_000

const garbageHook = new URL('./subjects/collect-garbage.ts', import.meta.url).href

export interface ServerCommand {
  /** Absolute path of the script that Node runs. */
  readonly entry: string
  readonly args: readonly string[]
  pathOf(document: string): string
}

/**
 * Starts a Node process and resolves once it prints `… listening on http://127.0.0.1:PORT`.
 * All subjects get the same Node and flags; `BENCH_SERVER_FLAGS` adds to them (`--cpu-prof --cpu-prof-dir=…`).
 */
export async function spawnServer(command: ServerCommand): Promise<RunningServer> {
  const extraFlags = (process.env['BENCH_SERVER_FLAGS'] ?? '').split(' ').filter((flag) => flag !== '')
  const flags = ['--expose-gc', `--import=${garbageHook}`, '--disable-warning=ExperimentalWarning', ...extraFlags]
  const child = spawn(process.execPath, [...flags, command.entry, ...command.args], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const port = await readPort(child)
  const { pid } = child
  if (pid === undefined) throw new Error(`${command.entry} has no process id`)
  return {
    pid,
    port,
    pathOf: (document) => command.pathOf(document),
    stop: () => endProcess(child, 'SIGTERM'),
    kill: () => endProcess(child, 'SIGKILL'),
  }
}

async function readPort(child: ChildProcess): Promise<number> {
  const output = child.stdout
  if (output === null) throw new Error('the process was started without a readable output')
  const lines = createInterface({ input: output })
  const ended = new AbortController()
  const timer = setTimeout(() => ended.abort(new Error(`not ready within ${readyMsMax} ms`)), readyMsMax)
  child.once('exit', (status, signal) => ended.abort(new Error(`ended before it was ready: ${status ?? signal}`)))
  try {
    for (;;) {
      const [line] = await once(lines, 'line', { signal: ended.signal })
      const port = /listening on http:\/\/[^:]+:(\d+)/.exec(String(line))?.[1]
      if (port !== undefined) return Number(port)
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`${child.spawnargs.join(' ')} did not start`, { cause: ended.signal.reason ?? error })
  } finally {
    clearTimeout(timer)
  }
}

async function endProcess(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  const waiting = new AbortController()
  const isLate = await Promise.race([
    exited.then(() => false),
    delay(stopMsMax, true, { signal: waiting.signal }).catch(() => false),
  ])
  waiting.abort()
  if (!isLate) return
  child.kill('SIGKILL')
  await exited
  throw new Error(`process ${child.pid} did not end within ${stopMsMax} ms of SIGTERM`)
}
