import { syncLimits, type AnnouncedLimits } from '@rejoin/core'
import type { ReplayFacts } from './replay-facts.ts'
import { nothingKnown, type HeadKnowledge } from './server-head.ts'
import type { Blame } from './sync-event.ts'
import { goodConditions, type SyncConditions } from './sync-conditions.ts'
import type { OutboxCounts } from './sync-store.ts'
import type { UnderWay } from './under-way.ts'

/** Why something is as it is: a code, and one sentence for a person. */
export interface SyncReason {
  readonly code: string
  readonly message: string
}

/** What is said of the records of this device. */
export type SyncPhase =
  /** Not enabled; or, with a reason, held back by the conditions. */
  | { readonly status: 'paused'; readonly reason?: SyncReason }
  | { readonly status: 'offline'; readonly reason: SyncReason }
  | { readonly status: 'syncing' }
  /** `until`: unless the head is confirmed again before. */
  | { readonly status: 'upToDate'; readonly until: number }
  | { readonly status: 'error'; readonly reason: SyncReason }

export type SyncStatusName = SyncPhase['status']

/** How requests fare. */
export interface ConnectionFacts {
  /** Requests that failed in a row. */
  readonly attempt: number
  /** No request before this. */
  readonly notBefore: number | undefined
  /** The server itself asked for the wait: neither waking up nor a better network shortens it. */
  readonly isWaitImposed: boolean
  /** Of the last request that failed; gone with the next one that succeeds. */
  readonly trouble: Extract<SyncPhase, { readonly status: 'offline' | 'error' }> | undefined
  /** - `good`: as far as is known
   *  - `refused`: the server said no; a fresh one is to be fetched
   *  - `renewed`: fetched again, and not taken yet */
  readonly token: 'good' | 'refused' | 'renewed'
  /** A request has succeeded since there is a network. */
  readonly isProven: boolean
}

/** How much may be sent at once, and what is known of batches that fail as a whole. */
export interface BatchFacts {
  readonly limits: Pick<AnnouncedLimits, 'operationsMax' | 'requestBytesMax'>
  /** Halved by every batch that is refused as a whole, doubled by every one that is not. */
  readonly operationsMax: number
  /** Whole batches that met a fault of the server, in a row. */
  readonly faultCount: number
  /** A request without operations must get through before a batch is blamed again: otherwise it is the server that is ill. */
  readonly isProbeDue: boolean
  /** Operations that were blamed in a row, with no batch getting through between: the request itself may be what the server dislikes. */
  readonly blamedInARow: number
  /** Answers in a row that moved nothing although something was due. */
  readonly fruitlessCount: number
}

/** The local database fails. */
export interface DeviceTrouble {
  readonly attempt: number
  /** It could not even be looked at. Where it can, and work fails (a full disk is read well), looking at it says nothing of that. */
  readonly isOfLook: boolean
  readonly notBefore: number
  readonly message: string
}

export interface FeedFacts {
  readonly isOpen: boolean
  /** Something was heard of it since it is open. */
  readonly isGreeted: boolean
  readonly openedAt: number | undefined
  /** Closed in a row, each before it had lasted. A word of the server is none of lasting: it may be followed by the end every time. */
  readonly attempt: number
  readonly reopenAt: number | undefined
}

/** Of the run under way; the total is frozen, so that the share never falls. */
export interface RunFacts {
  readonly current: number
  readonly total: number
}

/** Everything that is decided by. Times are steady time, ms. */
export interface SyncFacts {
  readonly isEnabled: boolean
  readonly offlineMessage: string | undefined
  readonly counts: OutboxCounts | undefined
  readonly isCountStale: boolean
  readonly isReviveDue: boolean
  readonly isPullDue: boolean
  readonly blame: Blame | undefined
  readonly resync: { readonly isBegun: boolean; readonly after: string | undefined } | undefined
  readonly head: HeadKnowledge
  readonly device: DeviceTrouble | undefined
  readonly connection: ConnectionFacts
  /** Of the requests of the app, by lane. */
  readonly replays: ReplayFacts
  readonly batch: BatchFacts
  readonly feed: FeedFacts
  readonly run: RunFacts | undefined
  readonly conditions: SyncConditions
  /** A person wants everything to be sent and fetched; until it is, the conditions hold nothing back. */
  readonly isAsked: boolean
}

export interface SyncMachine extends UnderWay {
  readonly facts: SyncFacts
  readonly phase: SyncPhase
  /** When the one timer fires; `undefined`: none is armed. */
  readonly timerAt: number | undefined
  readonly lastWorkId: number
  /** Steady time of the last event. */
  readonly lastEventAt: number
}

export const freshConnection: ConnectionFacts = {
  attempt: 0,
  notBefore: undefined,
  isWaitImposed: false,
  trouble: undefined,
  token: 'good',
  isProven: false,
}

/** The syncing of a device that was just started; `enabled` and `wentOnline` or `wentOffline` follow. */
export function createSyncMachine(): SyncMachine {
  const { operationsMax, requestBytesMax } = syncLimits
  return {
    facts: {
      isEnabled: false,
      offlineMessage: 'Not connected yet.',
      counts: undefined,
      isCountStale: false,
      isReviveDue: true,
      isPullDue: true,
      blame: undefined,
      resync: undefined,
      head: nothingKnown,
      device: undefined,
      connection: freshConnection,
      replays: new Map(),
      batch: {
        limits: { operationsMax, requestBytesMax },
        operationsMax,
        faultCount: 0,
        isProbeDue: false,
        blamedInARow: 0,
        fruitlessCount: 0,
      },
      feed: { isOpen: false, isGreeted: false, openedAt: undefined, attempt: 0, reopenAt: undefined },
      run: undefined,
      conditions: goodConditions,
      isAsked: false,
    },
    phase: { status: 'paused' },
    activity: { type: 'resting' },
    beside: [],
    timerAt: undefined,
    lastWorkId: 0,
    lastEventAt: 0,
  }
}
