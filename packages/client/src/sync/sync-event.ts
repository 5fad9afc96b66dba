import type { AnnouncedLimits, ChangeHint, ResyncReason } from '@rejoin/core'
import type { Hold, SyncConditions } from './sync-conditions.ts'
import type { ReplayVerdict } from './judge-replay.ts'
import type { OutboxCounts } from './sync-store.ts'
import type { TransportReply } from './sync-transport.ts'

/** A request that brought no answer of the server to what was asked. */
export type RequestFailure = Exclude<TransportReply<unknown>, { readonly type: 'answered' }>

/** Counts with the sign whether the outbox has changed again since they were read. Every `nextRetryAt` is steady time. */
export interface CountedOutbox {
  readonly counts: OutboxCounts
  readonly isLatest: boolean
  /** What was counted as held back. */
  readonly heldBelow?: Hold['below'] | undefined
}

/** What was counted before is old by now. */
export interface NotCounted {
  readonly counts: undefined
}

/** What a page of changes, alone or with the results of a push, says of the feed. */
export interface PageFacts {
  readonly hasMore: boolean
  /** Of the last row, if there was one. */
  readonly lastSeq: number | undefined
  readonly resyncRequired: ResyncReason | undefined
  /** `false`: the checkpoint had moved meanwhile, so the page was not taken. */
  readonly isApplied: boolean
}

/** Every event: steady time in ms, and a number uniform in [0, 1) for delays. */
interface Moment {
  readonly now: number
  readonly random: number
}

/** Events of work that was begun; those of work that was given up meanwhile are not heard. */
interface OfWork {
  readonly workId: number
}

/** What happens to the syncing of one records database, by type. */
interface SyncEventFacts {
  readonly enabled: object
  readonly disabled: object
  /** There may be a network. */
  readonly wentOnline: object
  /** There is certainly none, or the person wants none used. */
  readonly wentOffline: { readonly message: string }
  /** The page came to the front, or the device woke up: a long delay is not worth sitting out. */
  readonly woke: object
  /** Somebody pressed "Sync now". */
  readonly syncRequested: object
  /** A person did something that is to be sent whatever the conditions: they enabled syncing, or tried a failed change again. */
  readonly personAsked: object
  readonly conditionsChanged: { readonly conditions: SyncConditions }
  /** Something of the outbox is different; what, is not known yet. */
  readonly outboxChanged: object
  readonly outboxCounted: OfWork & CountedOutbox
  /** The answer to a batch is there and leaves nothing open; the next one is chosen and could leave before this one is settled. */
  readonly pushAnswered: OfWork
  /** A batch has its verdicts, and the device has them. `isGoingOn`: the next one is on its way already, and perhaps nobody counted. */
  readonly pushSettled: OfWork &
    (CountedOutbox | NotCounted) & {
      readonly page: PageFacts
      readonly settledCount: number
      readonly limits: Pick<AnnouncedLimits, 'operationsMax' | 'requestBytesMax'>
      readonly isGoingOn: boolean
    }
  readonly nothingWasSendable: OfWork & CountedOutbox
  readonly changesPulled: OfWork & CountedOutbox & { readonly page: PageFacts }
  readonly resyncBegun: OfWork
  /** `next`: where the next page begins; `undefined`: that was the last, and the rows are swapped. */
  readonly resyncPageApplied: OfWork & { readonly next: string | undefined; readonly lastSeq: number | undefined }
  /** The server cannot continue the resync either. */
  readonly resyncRefused: OfWork
  /** `none`: nothing of the lane could be sent, although it seemed so. `settledCount`: 1 where the request left the outbox. */
  readonly replayEnded: OfWork &
    CountedOutbox & {
      readonly lane: string
      readonly verdict: ReplayVerdict | { readonly type: 'none' }
      readonly settledCount: number
    }
  /** `operationIds`: of a push, what was sent. */
  readonly requestFailed: OfWork & { readonly failure: RequestFailure; readonly operationIds: readonly string[] }
  /** The local database failed. */
  readonly deviceFailed: OfWork & { readonly message: string }
  readonly tokenRenewed: OfWork
  readonly tokenNotRenewed: OfWork & { readonly message: string }
  readonly hintHeard: { readonly hint: ChangeHint }
  readonly feedClosed: object
  readonly timerFired: object
}

export type SyncEventType = keyof SyncEventFacts

export type SyncEventOf<T extends SyncEventType> = { [K in T]: Moment & { readonly type: K } & SyncEventFacts[K] }[T]

export type SyncEvent = SyncEventOf<SyncEventType>

/** What a shell knows of an event before it adds the moment. */
export type SyncFact = { [K in SyncEventType]: { readonly type: K } & SyncEventFacts[K] }[SyncEventType]

/** An operation that stands alone in a request that fails. */
export interface Blame {
  readonly operationIds: readonly string[]
  /** `INTERNAL`: the server's own fault, so it is an attempt; the others are for a person. */
  readonly code: 'TOO_LARGE' | 'VALIDATION_ERROR' | 'INTERNAL'
  readonly message: string
}

/** Work that ends with one of the events that carry its id. Only requests of different lanes, and a look at the device, go on beside other work. */
export type SyncWork =
  | { readonly type: 'count' }
  /** Give failed entries a new round. */
  | { readonly type: 'revive' }
  /** `atMost`: fewer operations than the limits allow, to find out which one is refused. */
  | {
      readonly type: 'push'
      readonly limits: Pick<AnnouncedLimits, 'operationsMax' | 'requestBytesMax'>
      readonly atMost: number
      /** What is below it, and was not sent before, waits. */
      readonly heldBelow?: Hold['below'] | undefined
    }
  | { readonly type: 'pull' }
  | { readonly type: 'beginResync' }
  | { readonly type: 'pullResync'; readonly after: string | undefined }
  | { readonly type: 'renewToken' }
  /** The first request of a lane. `isTokenRefused`: it asks for a fresh token. */
  | { readonly type: 'replay'; readonly lane: string; readonly isTokenRefused: boolean }
  | { readonly type: 'setAside'; readonly blame: Blame }

/** What the shell is to do, in order. */
export type SyncEffect =
  | { readonly type: 'work'; readonly workId: number; readonly work: SyncWork }
  /** The next batch of a push may leave: now, or not at all. */
  | { readonly type: 'goOn'; readonly workId: number }
  | { readonly type: 'openFeed' }
  /** Its `feedClosed` is not wanted. */
  | { readonly type: 'closeFeed' }
  /** Arm the engine's only timer, in place of what was armed. */
  | { readonly type: 'setTimer'; readonly delayMs: number }
  | { readonly type: 'clearTimer' }
