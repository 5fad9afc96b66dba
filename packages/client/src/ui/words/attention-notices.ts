import type { AttentionItem } from '../../outbox/attention.ts'

export interface AttentionNotices {
  /** The newest first. */
  readonly shown: readonly AttentionItem[]
  readonly moreCount: number
}

/** What the corner tells of: what was not dismissed, and not what waits only for another thing that is told already. */
export function chooseNotices(items: readonly AttentionItem[], atMost: number): AttentionNotices {
  const open = items
    .filter(({ isDismissed, kind }) => !isDismissed && kind !== 'blocked')
    .toSorted((a, b) => b.at - a.at || b.id - a.id)
  return { shown: open.slice(0, atMost), moreCount: Math.max(0, open.length - atMost) }
}
