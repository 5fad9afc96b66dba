import type { Clock } from '@rejoin/core'
import type { RunTally } from './run-meter.ts'
import type { CountedOutbox, SyncFact } from './sync-event.ts'
import type { RequestReplayer } from './request-replayer.ts'
import type { SyncStore } from './sync-store.ts'
import type { SyncTransport } from './sync-transport.ts'

/** What work is done with. */
export interface WorkContext {
  readonly store: SyncStore
  readonly transport: SyncTransport
  readonly replayer: RequestReplayer
  readonly fence: number
  /** Stamped on operations when they are first sent. */
  readonly tenantId: string
  /** The device's clock as it is. */
  readonly clock: Clock
  readonly readCounts: () => Promise<CountedOutbox>
  /** Counted last so long ago that it is worth keeping the next answer waiting. */
  readonly isCountDue: () => boolean
  /** For whoever wants to know what was done; decides nothing. */
  readonly tally: (done: RunTally) => void
  /** `false`: it was given up meanwhile, and nothing more of it is to leave. */
  readonly isWanted: (workId: number) => boolean
  /** Asks the machine whether another batch may leave before the answered one is settled. */
  readonly mayGoOn: (workId: number) => boolean
  /** Of work that goes on after it. */
  readonly tell: (fact: SyncFact) => void
}
