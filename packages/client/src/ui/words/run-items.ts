import type { OutboxEntry } from '../../outbox/outbox-entry.ts'

/** One change of the run under way. */
export interface RunItem {
  readonly entryId: number
  readonly title: string
  readonly state: 'waiting' | 'sending' | 'done' | 'stuck'
}

/** More are counted, not named. */
const itemsMax = 200

/** What is in the outbox, and what was in it before and is settled by now, in the order in which it was done. */
export function followRunItems(
  before: readonly RunItem[],
  entries: readonly OutboxEntry[],
  titleOf: (entry: OutboxEntry) => string,
): readonly RunItem[] {
  const listed = entries.slice(0, itemsMax)
  const waiting = new Set(entries.map(({ entryId }) => entryId))
  const done = before.filter(({ entryId }) => !waiting.has(entryId)).map((item) => ({ ...item, state: 'done' as const }))
  const items = listed.map((entry) => ({ entryId: entry.entryId, title: titleOf(entry), state: stateOf(entry) }))
  return [...done, ...items].toSorted((a, b) => a.entryId - b.entryId).slice(0, itemsMax)
}

function stateOf({ state }: OutboxEntry): RunItem['state'] {
  switch (state) {
    case 'ready':
      return 'waiting'
    case 'sent':
      return 'sending'
    case 'failed':
    case 'parked':
      return 'stuck'
  }
}
