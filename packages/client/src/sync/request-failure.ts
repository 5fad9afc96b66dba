import { jitteredDelayMs } from '@rejoin/core'
import { engineLimits } from './engine-limits.ts'
import type { Blame, RequestFailure, SyncEventOf } from './sync-event.ts'
import type { BatchFacts, ConnectionFacts, SyncFacts, SyncReason } from './sync-machine-state.ts'

type FailedRequest = SyncEventOf<'requestFailed'>
type Refusal = Extract<RequestFailure, { readonly type: 'refused' }>

/** What a request that failed as a whole says of the connection, the sign-in and the batch; never of an operation that was not alone in it. */
export function failRequest(facts: SyncFacts, event: FailedRequest, isPush: boolean): SyncFacts {
  const { failure } = event
  switch (failure.type) {
    case 'unreachable':
      return backOff(facts, event, { status: 'offline', reason: { code: 'UNREACHABLE', message: failure.message } })
    case 'unexpected':
      return backOff(facts, event, { status: 'error', reason: { code: 'UNEXPECTED_ANSWER', message: failure.message } })
    case 'refused':
      return refuse(facts, event, failure, isPush)
  }
}

function refuse(facts: SyncFacts, event: FailedRequest, failure: Refusal, isPush: boolean): SyncFacts {
  const { status } = failure
  const reason: SyncReason = { code: failure.code, message: failure.message }
  if (status === 401) return refuseToken(facts, event.now, reason)
  if (isPush && (status === 400 || status === 413 || status === 422)) return refuseBatch(facts, event, failure)
  if (status === 429) return backOff(facts, event, undefined)
  if (status === 503 || status === 408) return backOff(facts, event, { status: 'offline', reason })
  if (status >= 500) return meetFault(facts, event, reason, isPush)
  if (status === 426) return { ...facts, connection: waitForPerson(facts.connection, event.now, upgradeReason(reason)) }
  return { ...facts, connection: waitForPerson(facts.connection, event.now, reason) }
}

/** Once a fresh token is fetched at once; a fresh one that is refused too waits for the person. */
function refuseToken(facts: SyncFacts, now: number, reason: SyncReason): SyncFacts {
  if (facts.connection.token === 'good') return { ...facts, connection: { ...facts.connection, token: 'refused' } }
  return { ...facts, connection: { ...waitForPerson(facts.connection, now, reason), token: 'refused' } }
}

function upgradeReason({ code, message }: SyncReason): SyncReason {
  return { code, message: `This app is too old for the server: update it. Everything is kept on this device. (${message})` }
}

function waitForPerson(connection: ConnectionFacts, now: number, reason: SyncReason): ConnectionFacts {
  return {
    ...connection,
    attempt: connection.attempt + 1,
    notBefore: now + engineLimits.hopelessRetryMs,
    isWaitImposed: false,
    trouble: { status: 'error', reason },
    isProven: false,
  }
}

/** Waits with full jitter. What the server asked for is waited at least, and beyond it spread out: all who were told the same come back one by one. */
export function backOff(
  facts: SyncFacts,
  { now, random, failure }: Pick<FailedRequest, 'now' | 'random'> & { readonly failure?: RequestFailure },
  trouble: ConnectionFacts['trouble'],
): SyncFacts {
  const { connection } = facts
  const delayMs = jitteredDelayMs(engineLimits.retry, connection.attempt, { next: () => random })
  const askedMs = failure?.type === 'refused' ? Math.min(failure.retryAfterMs ?? 0, engineLimits.retryAfterMsMax) : 0
  const spreadMs = Math.floor(random * Math.min(askedMs, engineLimits.retry.maxDelayMs))
  return {
    ...facts,
    connection: {
      ...connection,
      attempt: connection.attempt + 1,
      notBefore: now + Math.max(delayMs, askedMs + spreadMs),
      isWaitImposed: askedMs > 0,
      trouble,
      isProven: false,
    },
  }
}

/** A fault is the server's as long as it has them without our operations too; only then is the batch looked at. */
function meetFault(facts: SyncFacts, event: FailedRequest, reason: SyncReason, isPush: boolean): SyncFacts {
  const waiting = backOff(facts, event, { status: 'error', reason })
  if (!isPush) return { ...waiting, batch: { ...facts.batch, faultCount: 0 } }
  const batch: BatchFacts = { ...facts.batch, faultCount: facts.batch.faultCount + 1, isProbeDue: true }
  if (batch.faultCount < engineLimits.faultsBeforeBisect) return { ...waiting, batch }
  if (!isAlone(facts, event)) return { ...waiting, batch: { ...batch, operationsMax: half(event.operationIds.length) } }
  const blame: Blame = { operationIds: event.operationIds, code: 'INTERNAL', message: reason.message }
  const blamedInARow = facts.batch.blamedInARow + 1
  const blamed = { ...waiting, batch: { ...batch, faultCount: 0, blamedInARow }, blame }
  if (blamedInARow < engineLimits.blamedBeforeWait) return blamed
  const message = `The server fails at one change after the other: ${reason.message}`
  return { ...blamed, connection: waitForPerson(facts.connection, event.now, { code: reason.code, message }) }
}

function refuseBatch(facts: SyncFacts, event: FailedRequest, { status, message }: Refusal): SyncFacts {
  const answered = { ...facts, connection: succeed(facts.connection) }
  if (!isAlone(facts, event)) {
    return { ...answered, batch: { ...facts.batch, operationsMax: half(event.operationIds.length) } }
  }
  const code = status === 413 ? 'TOO_LARGE' : 'VALIDATION_ERROR'
  const blame: Blame = { operationIds: event.operationIds, code, message }
  const blamedInARow = facts.batch.blamedInARow + 1
  const batch: BatchFacts = { ...facts.batch, blamedInARow }
  if (blamedInARow < engineLimits.blamedBeforeWait) return { ...answered, batch, blame }
  const reason: SyncReason = { code, message: `The server refuses one change after the other: ${message}` }
  return { ...facts, batch, blame, connection: waitForPerson(facts.connection, event.now, reason) }
}

/** A group cannot be divided: asked for one operation and given several, they stand as one. */
function isAlone(facts: SyncFacts, { operationIds }: FailedRequest): boolean {
  return operationIds.length <= 1 || facts.batch.operationsMax <= 1
}

function half(count: number): number {
  return Math.max(1, Math.floor(count / 2))
}

/** The server answered what was asked. */
export function succeed(connection: ConnectionFacts): ConnectionFacts {
  return {
    ...connection,
    attempt: 0,
    notBefore: undefined,
    isWaitImposed: false,
    trouble: undefined,
    token: 'good',
    isProven: true,
  }
}
