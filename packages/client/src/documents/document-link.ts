import {
  authorise,
  closeLink,
  closeSocket,
  connect,
  endCopy,
  giveUp,
  goOnline,
  park,
  receiveHello,
  stay,
  wait,
  type Transition,
} from './link-connecting.ts'
import type { LinkEventOf, LinkEventType } from './link-event.ts'
import { linkLimits } from './link-limits.ts'
import { applyStep2, reauthenticate, receiveReceipt, receiveRefusal, sendFrame, withStallTimer } from './link-live.ts'
import type { LinkState } from './link-state.ts'
import { emptyLedger, settleRange, type OrdinalLedger } from './ordinal-ledger.ts'

export type { Transition } from './link-connecting.ts'

export interface NewLink {
  /** Of the local copy, if it ever met a server. */
  readonly generation: string | undefined
  /** Whether the device gives receipts. */
  readonly canTell: boolean
}

/** The link of a document that was just loaded. Changes left from earlier follow as `changeMade`, the network as `wentOnline`. */
export function createLink({ generation, canTell }: NewLink): LinkState {
  return {
    ledger: emptyLedger(canTell),
    generation,
    refusal: undefined,
    connection: { phase: 'parked', message: 'Not connected yet.' },
  }
}

/**
 * What an event does to the link of one document. Pure and total: every event is allowed in every state, and one that comes too late
 * (a token after the delay ran out, a receipt after the close) changes nothing.
 */
export function transition<T extends LinkEventType>(state: LinkState, event: LinkEventOf<T>): Transition {
  return withStallTimer(state, handlers[event.type](state, event))
}

type Handlers = { readonly [T in LinkEventType]: (state: LinkState, event: LinkEventOf<T>) => Transition }

const handlers: Handlers = {
  changeMade: (state, { ordinal, isKept }) => {
    if (ordinal !== state.ledger.madeThrough + 1) throw new Error(`change ${ordinal} follows change ${state.ledger.madeThrough}`)
    const unkeptCount = state.ledger.unkeptCount + (isKept ? 0 : 1)
    return stay({ ...state, ledger: { ...state.ledger, madeThrough: ordinal, unkeptCount } })
  },
  changesKept: (state, { count }) => {
    const unkeptCount = Math.max(0, state.ledger.unkeptCount - count)
    return stay({ ...state, ledger: { ...state.ledger, unkeptCount, deviceTrouble: undefined } })
  },
  changeNotKept: (state, { message }) => stay({ ...state, ledger: { ...state.ledger, deviceTrouble: message } }),
  settledElsewhere: (state, { ordinals }) => stay({ ...state, ledger: settleOrdinals(state.ledger, ordinals) }),
  wentOnline: (state) => goOnline(state),
  wentOffline: (state, { message }) => park(state, message),
  woke: (state) => (state.connection.phase === 'waiting' ? authorise(state, 0) : stay(state)),
  timerFired: (state, { isSending, random }) => fireTimer(state, isSending, random),
  tokenFetched: (state) => connect(state),
  tokenFailed: (state, { message, random }) => failToken(state, message, random),
  helloReceived: (state, { generation, access }) => receiveHello(state, generation, access),
  frameSent: (state, { kind }) => sendFrame(state, kind),
  step2Applied: (state) => applyStep2(state),
  receiptReceived: (state, { settledCount }) => receiveReceipt(state, settledCount),
  refusedReceived: (state, event) => receiveRefusal(state, event),
  reauthenticateReceived: (state) => reauthenticate(state),
  socketClosed: (state, { closeCode, lastedMs, random }) => closeSocket(state, closeCode, lastedMs, random),
  setAsideElsewhere: (state, { code, message }) => endCopy(state, { code, message }, true),
  closed: (state) => closeLink(state),
}

function settleOrdinals(ledger: OrdinalLedger, ordinals: readonly number[]): OrdinalLedger {
  return ordinals.reduce((settled, ordinal) => settleRange(settled, { from: ordinal, through: ordinal }).ledger, ledger)
}

function fireTimer(state: LinkState, isSending: boolean, random: number): Transition {
  const { connection } = state
  switch (connection.phase) {
    case 'waiting':
      return authorise(state, connection.attempt)
    case 'authorising':
      return wait(state, connection.attempt, 'The sign-in could not be renewed in time.', random)
    case 'connecting':
      return giveUp(state, connection.attempt, 'The server did not answer.', random)
    case 'live':
      if (isSending) return { state, effects: [{ type: 'setTimer', delayMs: linkLimits.stallTimeoutMs }] }
      return giveUp(state, connection.attempt, 'The server stopped answering.', random)
    case 'parked':
    case 'stopped':
    case 'gone':
    case 'closed':
      return stay(state)
  }
}

/** A live connection is kept for as long as the server keeps it. */
function failToken(state: LinkState, message: string, random: number): Transition {
  const { connection } = state
  if (connection.phase === 'authorising') return wait(state, connection.attempt, message, random)
  if (connection.phase === 'live') return stay({ ...state, connection: { ...connection, isReauthenticating: false } })
  return stay(state)
}
