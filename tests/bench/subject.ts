import type { Dialect } from './client/dialect.ts'

/** A server process under measurement, listening on 127.0.0.1. */
export interface RunningServer {
  readonly pid: number
  readonly port: number
  /** Request path of a document's socket. */
  pathOf(document: string): string
  /** Asks it to end (SIGTERM) and waits; a process that is still there after the bound is killed, and that is an error. */
  stop(): Promise<void>
  /** Ends it at once (SIGKILL) and waits until it is gone. */
  kill(): Promise<void>
}

/** Who takes part in a scenario. */
export interface Contestant {
  readonly name: string
  /** As it stands in the tables. */
  readonly title: string
}

/** One of the compared servers. Every start is a process of its own. */
export interface Subject extends Contestant {
  readonly dialect: Dialect
  start(dataDir: string): Promise<RunningServer>
}
