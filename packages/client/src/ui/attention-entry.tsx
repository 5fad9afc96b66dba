import { useState, type ReactElement } from 'react'
import type { AttentionItem } from '../outbox/attention.ts'
import { toIsoTime } from '../record-database/iso-time.ts'
import { useRecordsClient } from '../react/use-records-client.ts'
import { Icon } from './icon.tsx'
import { Problem } from './problem.tsx'
import { useRecordWords } from './record-words-context.tsx'
import { ResendForm } from './resend-form.tsx'
import { useAttempt } from './use-attempt.ts'
import { describeAttention, type AttentionWords, type Comparison } from './words/attention-words.ts'
import { agoWords } from './words/time-words.ts'

/** Mine beside the server's, field by field; long text in full. */
function Comparisons({ comparisons }: { readonly comparisons: readonly Comparison[] }): ReactElement | undefined {
  if (comparisons.length === 0) return undefined
  return (
    <dl className="rejoin-comparisons">
      {comparisons.map(({ field, label, mine, theirs }) => (
        <div key={field} data-testid="comparison" data-field={field}>
          <dt>{label}</dt>
          <dd className="rejoin-mine">
            <span>yours</span>
            <span data-testid="mine">{mine}</span>
          </dd>
          {theirs === undefined ? undefined : (
            <dd>
              <span>server's</span>
              <span data-testid="theirs">{theirs}</span>
            </dd>
          )}
        </div>
      ))}
    </dl>
  )
}

interface ActionsProps {
  readonly item: AttentionItem
  readonly words: AttentionWords
  readonly onEdit: () => void
}

function Actions({ item: { id, isDismissed }, words, onEdit }: ActionsProps): ReactElement {
  const { attention } = useRecordsClient()
  const { problem, attempt } = useAttempt()
  const [isSure, setSure] = useState(false)
  return (
    <>
      <Problem problem={problem} />
      <div className="rejoin-actions">
        {words.retry === undefined ? undefined : (
          <button
            type="button"
            className="rejoin-button rejoin-primary"
            data-testid="attention-retry"
            onClick={() => void attempt(attention.retry(id))}
          >
            {words.retry}
          </button>
        )}
        {words.isEditable ? (
          <button
            type="button"
            className="rejoin-button"
            aria-label="Edit and resend"
            data-testid="attention-edit"
            onClick={onEdit}
          >
            Edit…
          </button>
        ) : undefined}
        <button
          type="button"
          className={`rejoin-button ${isSure ? 'rejoin-danger' : ''}`}
          data-testid="attention-discard"
          onBlur={() => setSure(false)}
          onClick={() => (isSure ? void attempt(attention.discard(id)) : setSure(true))}
        >
          {isSure ? 'Discard for ever' : 'Discard…'}
        </button>
        {isDismissed ? undefined : (
          <button
            type="button"
            className="rejoin-button"
            title="Hides the notice; it stays in this list"
            data-testid="attention-dismiss"
            onClick={() => void attempt(attention.dismiss(id))}
          >
            Dismiss
          </button>
        )}
      </div>
    </>
  )
}

/** One thing that did not go as the person meant it: what happened, both sides, and what can be done. */
export function AttentionEntry({ item, now }: { readonly item: AttentionItem; readonly now: number }): ReactElement {
  const [isEditing, setEditing] = useState(false)
  const words = describeAttention(item, useRecordWords())
  return (
    <li
      className="rejoin-attention-entry"
      data-testid="attention-item"
      data-id={item.id}
      data-kind={item.kind}
      data-code={item.code}
    >
      <Icon name="alert" />
      <div>
        <h3>{words.headline}</h3>
        <p className="rejoin-quiet">
          <time dateTime={toIsoTime(item.at)}>{agoWords(item.at, now)}</time> · {words.explanation}
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
