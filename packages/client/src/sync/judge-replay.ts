import type { ResultCode } from '@rejoin/core'
import { judgeScene, type SceneVerdict } from './judge-scene.ts'
import type { ReplayReply } from './request-replayer.ts'

/** What an answer means for the request. It leaves the queue, or counts an attempt. */
export type RequestVerdict =
  | { readonly type: 'done' }
  | { readonly type: 'told'; readonly kind: 'conflict' | 'rejected'; readonly code: ResultCode; readonly message: string }
  | { readonly type: 'attempt'; readonly message: string }
  | SceneVerdict

/**
 * What it means for its lane: the request waits as it is, and no attempt is counted.
 * - `later`: the server asks for time
 * - `signIn`: the server does not take the token
 * - `unreachable`, `unexpected`: nobody knows whether the server had it
 */
export type LaneVerdict =
  | { readonly type: 'later'; readonly retryAfterMs: number | undefined; readonly message: string }
  | { readonly type: 'signIn' | 'noToken' | 'unreachable' | 'unexpected'; readonly message: string }

export type ReplayVerdict = RequestVerdict | LaneVerdict

const conflictMessage = 'The server has something else by now, which was kept. Please review it.'

/** Every status has one meaning. */
export function judgeReplay(reply: ReplayReply): ReplayVerdict {
  if (reply.type === 'scene') return judgeScene(reply.result)
  if (reply.type !== 'answered') return reply
  const { status, message, retryAfterMs } = reply
  if (isSuccess(status)) return { type: 'done' }
  if (status === 401) return { type: 'signIn', message: message ?? 'The server asks to sign in again.' }
  if (status === 409) return { type: 'told', kind: 'conflict', code: 'CONFLICT', message: message ?? conflictMessage }
  if (busyStatuses.has(status)) return { type: 'later', retryAfterMs, message: message ?? 'The server is busy at present.' }
  if (status >= 500) return { type: 'attempt', message: message ?? `The server met an error of its own (HTTP status ${status}).` }
  if (status < 400) return { type: 'unexpected', message: `The answer was of no use (HTTP status ${status}).` }
  return { type: 'told', kind: 'rejected', ...rejectionOf(status, message) }
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

/** No fault of the request: 408, 425, 429 and 503 all say "not now". */
const busyStatuses: ReadonlySet<number> = new Set([408, 425, 429, 503])

const codes: ReadonlyMap<number, readonly [ResultCode, string]> = new Map([
  [403, ['FORBIDDEN', 'You may not do this.']],
  [404, ['NOT_FOUND', 'What it was meant for is not on the server.']],
  [410, ['DELETED', 'What it was meant for is gone from the server.']],
  [413, ['TOO_LARGE', 'It is too large for the server.']],
])

function rejectionOf(status: number, message: string | undefined): { readonly code: ResultCode; readonly message: string } {
  const [code, sentence] = codes.get(status) ?? ['VALIDATION_ERROR', `The server did not accept it (HTTP status ${status}).`]
  return { code, message: message ?? sentence }
}

export function isRequestVerdict(verdict: ReplayVerdict): verdict is RequestVerdict {
  return requestVerdicts.has(verdict.type)
}

const requestVerdicts: ReadonlySet<ReplayVerdict['type']> = new Set(['done', 'told', 'attempt', 'scene'])
