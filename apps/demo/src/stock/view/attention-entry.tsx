import type { AttentionItem } from '@rejoin/client'
import { useState } from 'react'
import { Icon } from '../../chrome/icons.tsx'
import { describeAttention, type AttentionWords, type Comparison } from '../../sync/attention-words.ts'
import { agoWords } from '../../sync/time-words.ts'
import { ResendForm } from './resend-form.tsx'
import { useStock } from './stock-context.ts'

/** Mine beside the server's, field by field; long text in full. */
function Comparisons({ comparisons }: { comparisons: readonly Comparison[] }) {
  if (comparisons.length === 0) return undefined
  return (
    <dl className="comparisons">
      {comparisons.map(({ field, label, mine, theirs }) => (
        <div key={field} data-testid="comparison" data-field={field}>
          <dt>{label}</dt>
          <dd className="mine">
            <span>yours</span>
            <span data-testid="mine">{mine}</span>
          </dd>
          {theirs === undefined ? undefined : (
            <dd className="theirs">
              <span>server’s</span>
              <span data-testid="theirs">{theirs}</span>
            </dd>
          )}
        </div>
      ))}
    </dl>
  )
}

interface ActionsProperties {
  readonly item: AttentionItem
  readonly words: AttentionWords
  readonly onEdit: () => void
}

function Actions({ item, words, onEdit }: ActionsProperties) {
  const { client, attempt } = useStock()
  const [isSure, setSure] = useState(false)
  return (
    <div className="form-actions">
      {words.retry === undefined ? undefined : (
        <button
          type="button"
          className="button small primary"
          data-testid="attention-retry"
          onClick={() => void attempt(client.attention.retry(item.id))}
        >
          {words.retry}
        </button>
      )}
      {words.isEditable ? (
        <button
          type="button"
          className="button small"
          aria-label="Edit and resend"
          title="Edit and resend"
          data-testid="attention-edit"
          onClick={onEdit}
        >
          Edit…
        </button>
      ) : undefined}
      <button
        type="button"
        className={`button small ${isSure ? 'danger' : ''}`}
        data-testid="attention-discard"
        onBlur={() => setSure(false)}
        onClick={() => (isSure ? void attempt(client.attention.discard(item.id)) : setSure(true))}
      >
        {isSure ? 'Discard for ever' : 'Discard…'}
      </button>
    </div>
  )
}

/** One thing that did not go as the person meant it: what happened, both sides, and what can be done. */
export function AttentionEntry({ item, now }: { item: AttentionItem; now: number }) {
  const { nameOf } = useStock()
  const [isEditing, setEditing] = useState(false)
  const words = describeAttention(item, nameOf)
  return (
    <li className="attention-entry" data-testid="attention-item" data-id={item.id} data-kind={item.kind} data-code={item.code}>
      <Icon name="alert" size={18} />
      <div>
        <h3>{words.headline}</h3>
        <p className="quiet">
          <time dateTime={new Date(item.at).toISOString()}>{agoWords(item.at, now)}</time> · {words.explanation}
        </p>
        <Comparisons comparisons={words.comparisons} />
        {isEditing && item.operation ? (
          <ResendForm item={item} operation={item.operation} onClose={() => setEditing(false)} />
        ) : (
          <Actions item={item} words={words} onEdit={() => setEditing(true)} />
        )}
      </div>
    </li>
  )
}
