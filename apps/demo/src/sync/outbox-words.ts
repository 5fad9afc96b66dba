import type { OperationEntry, OutboxEntry } from '@rejoin/client'
import { joinWords, labelOf, nounOf, type NameOf } from '../stock/model/record-words.ts'
import { formatSigned } from '../stock/model/numbers.ts'
import { agoWords, untilWords } from './time-words.ts'

export interface OutboxWords {
  readonly title: string
  readonly detail: string
}

/** One line for a change that the server has not settled. */
export function describeOutboxEntry(entry: OutboxEntry, nameOf: NameOf, now: number): OutboxWords {
  return {
    title: entry.kind === 'request' ? entry.request.title : titleOf(entry, nameOf),
    detail: `${stateWords(entry, now)} Made ${agoWords(entry.createdAt, now)}.`,
  }
}

function titleOf({ operation }: OperationEntry, nameOf: NameOf): string {
  const { entityType, recordId, operationType, payload } = operation
  const { name: ownName, title, productId, quantity } = payload
  if (entityType === 'stockMovement' && typeof productId === 'string' && typeof quantity === 'number')
    return `${formatSigned(quantity)} ${nameOf('product', productId) ?? 'of a product'}`
  const known = [ownName, title, nameOf(entityType, recordId)].find((name) => typeof name === 'string')
  const subject = [nounOf(entityType), known].filter(Boolean).join(' ')
  switch (operationType) {
    case 'create':
      return `Create ${subject}`
    case 'delete':
      return `Delete ${subject}`
    case 'update':
      return `Change ${joinWords(Object.keys(payload).map((field) => labelOf(entityType, field)))} of ${subject}`
  }
}

function stateWords({ state, parkedFor, attempts, nextRetryAt, lastError }: OutboxEntry, now: number): string {
  switch (state) {
    case 'ready':
      return nextRetryAt === undefined || nextRetryAt <= now ? 'Waits to be sent.' : `Sent again ${untilWords(nextRetryAt, now)}.`
    case 'sent':
      return 'Sent, no answer yet.'
    case 'failed':
      return `Tried ${attempts === 1 ? 'once' : `${attempts} times`}. ${lastError ?? ''}`.trim()
    case 'parked':
      return `Held back: ${parkedFor ?? 'it cannot be sent as things are'}.`
  }
}
