/**
 * What the relay counts, as plain numbers: the hot path only adds. `/metrics` reads them when it is asked.
 */
export interface RelayCounters {
  connections: number
  rooms: number
  framesIn: number
  bytesIn: number
  bytesOut: number
  /** Updates accepted into the log. */
  updatesIn: number
  /** Updates written to connections: one for each receiver. */
  updatesOut: number
  presenceIn: number
  presenceOut: number
  commits: number
  /** Frames, upgrades and connections refused, by error code. */
  readonly refusalsByCode: Map<string, number>
  /** Called with the time from handing rows to the store until they were durable. */
  observeCommitMs: (durationMs: number) => void
}

export function createRelayCounters(): RelayCounters {
  return {
    connections: 0,
    rooms: 0,
    framesIn: 0,
    bytesIn: 0,
    bytesOut: 0,
    updatesIn: 0,
    updatesOut: 0,
    presenceIn: 0,
    presenceOut: 0,
    commits: 0,
    refusalsByCode: new Map(),
    observeCommitMs: () => {},
  }
}

export function countRefusal(counters: RelayCounters, code: string): void {
  counters.refusalsByCode.set(code, (counters.refusalsByCode.get(code) ?? 0) + 1)
}
