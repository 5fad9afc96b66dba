import { useState, type ReactElement, type ReactNode } from 'react'
import type { AttentionItem } from '../outbox/attention.ts'
import { useAttention } from '../react/use-outbox.ts'
import { AttentionEntry } from './attention-entry.tsx'
import { downloadFile } from './download-file.ts'
import { Icon } from './icon.tsx'
import { Part, type PartProps } from './part.tsx'
import { Problem } from './problem.tsx'
import { useAttempt } from './use-attempt.ts'
import { useNow } from './use-now.ts'

/** Enough to begin with; the rest on request. */
const shownAtFirst = 3

export interface AttentionInboxProps extends PartProps {
  /** In place of an empty list; default: nothing at all. */
  readonly whenEmpty?: ReactNode
}

/** Everything that waits for a person's decision, the newest first. Nothing leaves this list by itself. */
export function AttentionInbox({
  title = 'Needs you',
  whenEmpty,
  className = '',
  ...rest
}: AttentionInboxProps): ReactElement | undefined {
  const { items, attention } = useAttention()
  const { problem, attempt } = useAttempt()
  if (items.length === 0 && whenEmpty === undefined) return undefined
  const save = async (): Promise<void> => downloadFile('needs-attention.json', await attention.export())
  return (
    <Part
      data-testid="attention"
      {...rest}
      title={title}
      className={`rejoin-attention ${items.length === 0 ? '' : 'rejoin-some'} ${className}`}
      count={items.length}
      actions={
        items.length === 0 ? undefined : (
          <button type="button" className="rejoin-button" data-testid="export-attention" onClick={() => void attempt(save())}>
            <Icon name="download" size={15} /> Export all
          </button>
        )
      }
    >
      <Problem problem={problem} />
      {items.length === 0 ? whenEmpty : <Entries items={items} />}
    </Part>
  )
}

function Entries({ items }: { readonly items: readonly AttentionItem[] }): ReactElement {
  const now = useNow()
  const [isWhole, setWhole] = useState(false)
  const newestFirst = items.toSorted((a, b) => b.at - a.at || b.id - a.id)
  return (
    <>
      <ul className="rejoin-attention-list" aria-label="Needs you">
        {newestFirst.slice(0, isWhole ? undefined : shownAtFirst).map((item) => (
          <AttentionEntry key={item.id} item={item} now={now} />
        ))}
      </ul>
      {!isWhole && items.length > shownAtFirst ? (
        <button type="button" className="rejoin-button" data-testid="more-attention" onClick={() => setWhole(true)}>
          Show {items.length - shownAtFirst} more
        </button>
      ) : undefined}
    </>
  )
}
