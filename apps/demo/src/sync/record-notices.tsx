import type { AttentionItem } from '@rejoin/client'
import { useEffect } from 'react'
import { Icon } from '../chrome/icons.tsx'
import { useStock, type Flash } from '../stock/view/stock-context.ts'
import { describeAttention, type Comparison } from './attention-words.ts'

/** More would be a wall; the list in the stock room has them all. */
const noticesMax = 3
/** How long a person may take back what they just did, before the notice goes. The list of deleted products stays. */
const flashMs = 12_000

/** One line of a value that may be a page long. */
const clip = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text)

function LosingValues({ comparisons }: { comparisons: readonly Comparison[] }) {
  if (comparisons.length === 0) return undefined
  return (
    <ul className="losing-values">
      {comparisons.slice(0, noticesMax).map(({ field, label, mine, theirs }) => (
        <li key={field} data-testid="losing-value" data-field={field}>
          Your {label}: <q>{clip(mine)}</q>
          {theirs === undefined ? undefined : (
            <>
              {' '}
              · the server’s: <q>{clip(theirs)}</q>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}

function AttentionNotice({ item }: { item: AttentionItem }) {
  const { client, nameOf, attempt } = useStock()
  const words = describeAttention(item, nameOf)
  return (
    <li className="notice panel" data-testid="record-notice" data-kind={item.kind}>
      <Icon name="alert" />
      <div>
        <strong>{words.headline}</strong>
        {item.kind === 'failed' || item.kind === 'rejected' ? <p>{words.explanation}</p> : undefined}
        <LosingValues comparisons={item.kind === 'failed' ? [] : words.comparisons} />
        <div className="notice-actions">
          {words.retry === undefined ? undefined : (
            <button type="button" data-testid="notice-retry" onClick={() => void attempt(client.attention.retry(item.id))}>
              {words.retry}
            </button>
          )}
          <button type="button" data-testid="notice-dismiss" onClick={() => void attempt(client.attention.dismiss(item.id))}>
            Dismiss
          </button>
        </div>
      </div>
    </li>
  )
}

export function FlashNotice({ flash, onClose }: { flash: Flash; onClose: () => void }) {
  const { attempt } = useStock()
  useEffect(() => {
    if (flash.isProblem) return undefined
    const timer = setTimeout(onClose, flashMs)
    return () => clearTimeout(timer)
  }, [flash, onClose])
  const { message, isProblem, undo } = flash
  const takeBack = () => {
    onClose()
    if (undo) void attempt(undo())
  }
  return (
    <li className={`notice flash panel ${isProblem ? '' : 'calm'}`} data-testid={isProblem ? 'record-problem' : 'flash'}>
      <Icon name={isProblem ? 'alert' : 'check'} />
      <div>
        <strong>{message}</strong>
      </div>
      {undo ? (
        <button type="button" className="button small" data-testid="flash-undo" onClick={takeBack}>
          Undo
        </button>
      ) : undefined}
      <button type="button" className="icon-button" aria-label="Dismiss" onClick={onClose}>
        <Icon name="close" size={16} />
      </button>
    </li>
  )
}

/** Conflicts and refusals, in the corner; dismissing one hides the notice, never the matter. */
export function RecordNotices({ items }: { items: readonly AttentionItem[] }) {
  const open = items.filter(({ isDismissed }) => !isDismissed).toSorted((a, b) => b.at - a.at || b.id - a.id)
  return (
    <>
      {open.slice(0, noticesMax).map((item) => (
        <AttentionNotice key={item.id} item={item} />
      ))}
      {open.length > noticesMax ? (
        <li className="notice panel">
          <a href="#/stock" data-testid="more-notices">
            {open.length - noticesMax} more in “Needs you”
          </a>
        </li>
      ) : undefined}
    </>
  )
}
