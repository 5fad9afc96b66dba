import { limits } from '@rejoin/core'

/** Bounds of connections, each with its unit. Sizes always hold; rates and counts are lifted where rate limits are off. */
export const socketLimits = {
  /** `ws` cuts a message off here by itself (1009); between the largest frame and this, the sender is told properly (4413). */
  payloadBytesMax: 2 * limits.frameBytesMax,
  /** Fragments of one message. */
  fragmentsMax: 256,
  /** A connection that does not finish closing is cut. */
  closeTimeoutMs: 5_000,
  /** From the upgrade request to the verdict about its token. */
  authenticationMs: 5_000,
  /** A refused stock client is held idle for so long, because it would come straight back. */
  refusedHoldMs: 5_000,
  /** So many are held at once; beyond, the upgrade itself is refused. */
  refusedHeldMax: 200,
  /** How often connections are looked over for silence, expiry and revocation. */
  sweepMs: 2_500,
  /** In so many shares, one after the other. */
  sweepShares: 10,
  pingMs: 25_000,
  /** An event loop that is later than this, 99 of 100 times, … */
  loopDelayMsMax: 200,
  /** … for so long, takes no new connections. */
  overloadedAfterMs: 10_000,
  /** Unanswered pings after which a connection is dead. */
  missedPongsMax: 2,
  /** Our client is asked for a fresh token so long before the old one ends. */
  reauthenticateMs: 30_000,
  connectionsPerUserMax: 200,
  /** A reader of `/changes` that takes nothing for so long is let go. */
  feedStalledMs: 30_000,
  /** Largest message on `/changes`, where none is allowed: beyond it `ws` cuts the connection by itself. */
  feedPayloadBytesMax: 16 * 1024,
  /** Document messages of one connection; what comes faster waits in the network. */
  messagesPerSecond: 100,
  messagesBurst: 400,
  /** A step 1 counts for so many messages: its answer may be as large as the document. */
  step1Weight: 20,
  bytesPerSecond: 2 * 1024 * 1024,
  bytesBurst: 2 * limits.frameBytesMax,
  /** Longest close reason that the WebSocket protocol carries, in bytes. */
  closeReasonBytesMax: 123,
} as const
