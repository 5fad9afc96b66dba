import type { Transition } from './link-connecting.ts'
import { stay } from './link-connecting.ts'
import type { LinkEffect, LinkEventOf } from './link-event.ts'
import { linkLimits } from './link-limits.ts'
import type { LinkState, LiveConnection } from './link-state.ts'
import { hasPending, settleRange } from './ordinal-ledger.ts'
import { changesOfFrame, recordFrame, refuseFrame, settleFrames, type FrameKind } from './sent-frames.ts'

/** Something is due on a live connection: an answer of the server, or a change that it does not have. */
export function isBusy({ ledger }: LinkState, { frames, isSynced }: LiveConnection): boolean {
  return !isSynced || frames.firstStep2Number === 0 || frames.settledCount < frames.sentCount || hasPending(ledger)
}

function withLive(state: LinkState, connection: LiveConnection, effects: readonly LinkEffect[] = []): Transition {
  return { state: { ...state, connection }, effects }
}

export function sendFrame(state: LinkState, kind: FrameKind): Transition {
  const { connection, ledger } = state
  if (connection.phase !== 'live') return stay(state)
  return withLive(state, { ...connection, frames: recordFrame(connection.frames, kind, ledger.madeThrough) })
}

export function applyStep2(state: LinkState): Transition {
  const { connection } = state
  return connection.phase === 'live' && !connection.isSynced ? withLive(state, { ...connection, isSynced: true }) : stay(state)
}

export function reauthenticate(state: LinkState): Transition {
  const { connection } = state
  if (connection.phase !== 'live' || connection.isReauthenticating) return stay(state)
  return withLive(state, { ...connection, isReauthenticating: true }, [{ type: 'fetchToken' }])
}

/** A count beyond what was sent, or one that goes back, credits nothing: the stall timer deals with such a server. */
export function receiveReceipt(state: LinkState, settledCount: number): Transition {
  const { connection, ledger } = state
  if (connection.phase !== 'live') return stay(state)
  if (settledCount > connection.frames.sentCount || settledCount <= connection.frames.settledCount) return stay(state)
  const { frames, creditedThrough, acceptedStep2Number } = settleFrames(connection.frames, settledCount)
  const settled = settleRange(ledger, { from: 1, through: creditedThrough })
  const live: LiveConnection = {
    ...connection,
    frames,
    attempt: settled.newly.length > 0 ? 0 : connection.attempt,
    isStep2Accepted: connection.isStep2Accepted || acceptedStep2Number > 0,
  }
  // A step 2 sent after the refused frame held its content too: taken whole, nothing is refused any more.
  const isRefusalOver = acceptedStep2Number > frames.lastRefusedNumber
  const refusal = isRefusalOver ? undefined : state.refusal
  return {
    state: { ...state, ledger: settled.ledger, refusal, connection: live },
    effects: settled.newly.length > 0 ? [{ type: 'changesStored', ranges: settled.newly }] : [],
  }
}

export function receiveRefusal(state: LinkState, event: LinkEventOf<'refusedReceived'>): Transition {
  const { connection, ledger } = state
  if (connection.phase !== 'live') return stay(state)
  const { frameNumber, code, message } = event
  const range = changesOfFrame(connection.frames, frameNumber)
  if (range === undefined) return stay(state)
  const settled = settleRange(ledger, range)
  return {
    state: {
      ...state,
      ledger: settled.ledger,
      refusal: { code, message },
      connection: { ...connection, frames: refuseFrame(connection.frames, frameNumber) },
    },
    effects: settled.newly.length > 0 ? [{ type: 'setFrameAside', frameNumber, ranges: settled.newly, code, message }] : [],
  }
}

/** Arms the stall timer when something becomes due and whenever something moves, and takes it down when nothing is due. */
export function withStallTimer(before: LinkState, { state, effects }: Transition): Transition {
  const { connection } = state
  if (connection.phase !== 'live' || before.connection.phase !== 'live') return { state, effects }
  const wasBusy = isBusy(before, before.connection)
  if (!isBusy(state, connection)) return wasBusy ? { state, effects: [...effects, { type: 'clearTimer' }] } : { state, effects }
  const hasMoved =
    connection.frames.settledCount !== before.connection.frames.settledCount || connection.isSynced !== before.connection.isSynced
  if (wasBusy && !hasMoved) return { state, effects }
  return { state, effects: [...effects, { type: 'setTimer', delayMs: linkLimits.stallTimeoutMs }] }
}
