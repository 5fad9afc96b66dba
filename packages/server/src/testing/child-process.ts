import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'

export interface TestProcess {
  /** What it prints, line by line; ends when it ends. */
  readonly lines: AsyncIterable<string>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
}

/** Runs a module of this package as a process of its own, killed with the test if it still lives. */
export function startTestProcess(module: string, args: readonly string[]): TestProcess {
  const child: ChildProcessByStdio<null, Readable, null> = spawn(
    process.execPath,
    ['--conditions=rejoin-source', '--disable-warning=ExperimentalWarning', new URL(module, import.meta.url).pathname, ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exited = once(child, 'exit')
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
  }
  onTestFinished(kill)
  return { lines: createInterface(child.stdout), kill }
}
