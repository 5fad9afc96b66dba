import { useMemo } from 'react'
import type { Attention, AttentionItem } from '../outbox/attention.ts'
import type { OutboxEntry } from '../outbox/outbox-entry.ts'
import { useLiveQuery } from './use-live-query.ts'
import { useRecordsClient } from './use-records-client.ts'

const noEntries: readonly OutboxEntry[] = []
const noItems: readonly AttentionItem[] = []

/** What waits for the server, in the order in which it was done. */
export function useOutbox(): readonly OutboxEntry[] {
  return useLiveQuery(useRecordsClient().outbox).result ?? noEntries
}

export interface UsedAttention {
  readonly items: readonly AttentionItem[]
  /** What can be done about them. */
  readonly attention: Attention
}

/** What waits for a person. */
export function useAttention(): UsedAttention {
  const { attention } = useRecordsClient()
  const items = useLiveQuery(attention).result ?? noItems
  return useMemo(() => ({ items, attention }), [items, attention])
}
