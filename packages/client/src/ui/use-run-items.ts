import { useState } from 'react'
import type { OutboxEntry } from '../outbox/outbox-entry.ts'
import { titleOfEntry } from './words/outbox-words.ts'
import type { RecordWords } from './words/record-words.ts'
import { followRunItems, type RunItem } from './words/run-items.ts'

interface Seen {
  readonly entries: readonly OutboxEntry[] | undefined
  readonly items: readonly RunItem[]
}

/** The changes of a run by name, those that are settled by now included. For a component that is mounted while the run lasts. */
export function useRunItems(entries: readonly OutboxEntry[], words: RecordWords): readonly RunItem[] {
  const [seen, setSeen] = useState<Seen>({ entries: undefined, items: [] })
  if (seen.entries === entries) return seen.items
  const items = followRunItems(seen.items, entries, (entry) => titleOfEntry(entry, words))
  setSeen({ entries, items })
  return items
}
