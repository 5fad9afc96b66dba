import type { AttentionItem } from '@rejoin/client'
import { useState } from 'react'
import { Icon } from '../../chrome/icons.tsx'
import { downloadFile } from '../../sync/download-file.ts'
import { AttentionEntry } from './attention-entry.tsx'
import { Card } from './card.tsx'
import { useStock } from './stock-context.ts'

/** Enough to begin with; the rest on request. */
const shownAtFirst = 3

/** Everything that waits for a person's decision. Nothing leaves this list by itself. */
export function AttentionCard({ items, now }: { items: readonly AttentionItem[]; now: number }) {
  const { client, attempt } = useStock()
  const [isWhole, setWhole] = useState(false)
  if (items.length === 0) return undefined
  const save = async () => downloadFile('needs-attention.json', await client.attention.export())
  const newestFirst = items.toSorted((a, b) => b.at - a.at || b.id - a.id)
  return (
    <Card
      title="Needs you"
      testId="attention"
      className="attention"
      count={items.length}
      actions={
        <button type="button" className="button small" data-testid="export-attention" onClick={() => void attempt(save())}>
          <Icon name="download" size={15} /> Export all
        </button>
      }
    >
      <ul className="attention-list" aria-label="Needs you">
        {newestFirst.slice(0, isWhole ? undefined : shownAtFirst).map((item) => (
          <AttentionEntry key={item.id} item={item} now={now} />
        ))}
      </ul>
      {!isWhole && items.length > shownAtFirst ? (
        <button type="button" className="button small" data-testid="more-attention" onClick={() => setWhole(true)}>
          Show {items.length - shownAtFirst} more
        </button>
      ) : undefined}
    </Card>
  )
}
