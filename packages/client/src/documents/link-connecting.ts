import { isPermanentClose, jitteredDelayMs } from '@rejoin/core'
import { closeReason } from './close-reason.ts'
import type { LinkEffect } from './link-event.ts'
import { linkLimits } from './link-limits.ts'
import type { LinkConnection, LinkReason, LinkState } from './link-state.ts'
import { noFrames } from './sent-frames.ts'

export interface Transition {
  readonly state: LinkState
  readonly effects: readonly LinkEffect[]
}

export function stay(state: LinkState): Transition {
  return { state, effects: [] }
}

function enter(state: LinkState, connection: LinkConnection, effects: readonly LinkEffect[]): Transition {
  return { state: { ...state, connection }, effects }
}

const disconnect: LinkEffect = { type: 'disconnect' }
const clearTimer: LinkEffect = { type: 'clearTimer' }

/** Whether a socket exists in this phase, so that leaving the phase must close it. */
function hasSocket({ phase }: LinkConnection): boolean {
  return phase === 'connecting' || phase === 'live'
}

function leave(connection: LinkConnection): readonly LinkEffect[] {
  return hasSocket(connection) ? [disconnect, clearTimer] : [clearTimer]
}

/** Fetches a token, then connects: what every way to a connection begins with. */
export function authorise(state: LinkState, attempt: number): Transition {
  const { connection } = state
  const message = connection.phase === 'waiting' ? connection.message : undefined
  return enter(state, { phase: 'authorising', attempt, message }, [
    { type: 'fetchToken' },
    { type: 'setTimer', delayMs: linkLimits.tokenTimeoutMs },
  ])
}

export function connect(state: LinkState): Transition {
  const { connection } = state
  const toConnecting = (attempt: number, message: string | undefined, effects: readonly LinkEffect[]): Transition =>
    enter(state, { phase: 'connecting', attempt, message }, [
      ...effects,
      { type: 'connect' },
      { type: 'setTimer', delayMs: linkLimits.helloTimeoutMs },
    ])
  if (connection.phase === 'authorising') return toConnecting(connection.attempt, connection.message, [])
  if (connection.phase === 'live' && connection.isReauthenticating)
    return toConnecting(connection.attempt, undefined, [disconnect])
  return stay(state)
}

/** Waits with full jitter before the next attempt, after the socket is gone or where there was none. */
export function wait(state: LinkState, attempt: number, message: string, random: number): Transition {
  const delayMs = jitteredDelayMs(linkLimits.reconnect, attempt, { next: () => random })
  return enter(state, { phase: 'waiting', attempt: attempt + 1, message }, [{ type: 'setTimer', delayMs }])
}

/** Closes a socket that is of no use, and waits. */
export function giveUp(state: LinkState, attempt: number, message: string, random: number): Transition {
  const waiting = wait(state, attempt, message, random)
  return { ...waiting, effects: [disconnect, ...waiting.effects] }
}

export function park(state: LinkState, message: string): Transition {
  switch (state.connection.phase) {
    case 'waiting':
    case 'authorising':
    case 'connecting':
    case 'live':
      return enter(state, { phase: 'parked', message }, leave(state.connection))
    case 'parked':
      return enter(state, { phase: 'parked', message }, [])
    case 'stopped':
    case 'gone':
    case 'closed':
      return stay(state)
  }
}

export function goOnline(state: LinkState): Transition {
  const { phase } = state.connection
  return phase === 'parked' || phase === 'waiting' || phase === 'stopped' ? authorise(state, 0) : stay(state)
}

export function closeLink(state: LinkState): Transition {
  return state.connection.phase === 'closed' ? stay(state) : enter(state, { phase: 'closed' }, leave(state.connection))
}

/** The copy's life is over. `isElsewhere`: another tab already moved it away. */
export function endCopy(state: LinkState, reason: LinkReason, isElsewhere: boolean): Transition {
  const { phase } = state.connection
  if (phase === 'gone' || phase === 'closed') return stay(state)
  const moveAway: readonly LinkEffect[] = isElsewhere ? [] : [{ type: 'setCopyAside', ...reason }]
  return enter(state, { phase: 'gone', reason }, [...leave(state.connection), ...moveAway])
}

export function receiveHello(state: LinkState, generation: string, access: 'read' | 'write'): Transition {
  const { connection } = state
  if (connection.phase !== 'connecting') return stay(state)
  if (state.generation !== undefined && state.generation !== generation) {
    const message = 'The document was replaced on the server. The copy on this device was set aside.'
    return endCopy(state, { code: 'OTHER_GENERATION', message }, false)
  }
  return {
    state: {
      ...state,
      generation,
      connection: {
        phase: 'live',
        attempt: connection.attempt,
        access,
        frames: noFrames,
        isSynced: false,
        isStep2Accepted: false,
        isReauthenticating: false,
      },
    },
    effects: [
      ...(state.generation === undefined ? [{ type: 'rememberGeneration', generation } as const] : []),
      { type: 'setTimer', delayMs: linkLimits.stallTimeoutMs },
    ],
  }
}

export function closeSocket(state: LinkState, closeCode: number, lastedMs: number, random: number): Transition {
  const { connection } = state
  if (connection.phase !== 'connecting' && connection.phase !== 'live') return stay(state)
  const reason = closeReason(closeCode)
  if (reason.code === 'DELETED') return endCopy(state, reason, false)
  if (isPermanentClose(closeCode)) return enter(state, { phase: 'stopped', reason }, [clearTimer])
  const attempt = lastedMs >= linkLimits.goodConnectionMs ? 0 : connection.attempt
  return wait(state, attempt, reason.message, random)
}
