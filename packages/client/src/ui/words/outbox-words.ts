import type { OutboxEntry } from '../../outbox/outbox-entry.ts'
import { joinWords } from './count-words.ts'
import { nameIn, type RecordWords } from './record-words.ts'
import { agoWords, untilWords } from './time-words.ts'

export interface OutboxWords {
  readonly title: string
  readonly detail: string
}

/** One line for a change that the server has not settled, and one on why it still waits. */
export function describeOutboxEntry(entry: OutboxEntry, words: RecordWords, now: number): OutboxWords {
  return { title: titleOfEntry(entry, words), detail: `${stateWords(entry, now)} Made ${agoWords(entry.createdAt, now)}.` }
}

/** What a change does, and to what; an app's own request has its title from the app. */
export function titleOfEntry(entry: OutboxEntry, words: RecordWords): string {
  if (entry.kind === 'request') return entry.request.title
  const own = words.titleOf(entry.operation)
  if (own !== undefined) return own
  const { entityType, recordId, operationType, payload } = entry.operation
  const name = nameIn(payload) ?? words.nameOf(entityType, recordId)
  const subject = [words.nounOf(entityType), name].filter(Boolean).join(' ')
  switch (operationType) {
    case 'create':
      return `Create ${subject}`
    case 'delete':
      return `Delete ${subject}`
    case 'update':
      return `Change ${joinWords(Object.keys(payload).map((field) => words.labelOf({ entityType, field })))} of ${subject}`
  }
}

function stateWords({ state, parkedFor, attempts, nextRetryAt, lastError }: OutboxEntry, now: number): string {
  const again = nextRetryAt === undefined || nextRetryAt <= now ? undefined : `Sent again ${untilWords(nextRetryAt, now)}.`
  const tried = `Tried ${attempts === 1 ? 'once' : `${attempts} times`}.`
  switch (state) {
    case 'ready':
      return again ?? 'Waits to be sent.'
    case 'sent':
      return again === undefined ? 'Sent, no answer yet.' : `${tried} ${again}`
    case 'failed':
      return `${tried} ${lastError ?? ''}`.trim()
    case 'parked':
      return `Held back: ${parkedFor ?? 'it cannot be sent as things are'}.`
  }
}
