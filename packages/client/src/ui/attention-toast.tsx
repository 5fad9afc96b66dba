import type { ReactElement } from 'react'
import type { Attention, AttentionItem } from '../outbox/attention.ts'
import { Problem } from './problem.tsx'
import { ToastCard } from './toast-card.tsx'
import { useAttempt } from './use-attempt.ts'
import { describeAttention, describeNotice, type Comparison } from './words/attention-words.ts'
import type { RecordWords } from './words/record-words.ts'

const comparisonsMax = 3
const valueLengthMax = 80

/** One line of a value that may be a page long. */
const clip = (text: string): string => (text.length > valueLengthMax ? `${text.slice(0, valueLengthMax - 1)}…` : text)

function LosingValues({ comparisons }: { readonly comparisons: readonly Comparison[] }): ReactElement | undefined {
  if (comparisons.length === 0) return undefined
  return (
    <ul className="rejoin-losing-values">
      {comparisons.slice(0, comparisonsMax).map(({ field, label, mine, theirs }) => (
        <li key={field} data-testid="losing-value" data-field={field}>
          Your {label}: <q>{clip(mine)}</q>
          {theirs === undefined ? undefined : (
            <>
              {' '}
              · the server's: <q>{clip(theirs)}</q>
            </>
          )}
        </li>
      ))}
    </ul>
  )
}

interface AttentionToastProps {
  readonly item: AttentionItem
  readonly attention: Pick<Attention, 'retry' | 'dismiss'>
  readonly words: RecordWords
  readonly onReview: (() => void) | undefined
}

/** Something that did not go as the person meant it; stays until they say something. Dismissing hides it here only. */
export function AttentionToast({ item, attention, words, onReview }: AttentionToastProps): ReactElement {
  const { problem, attempt } = useAttempt()
  const { retry, explanation, comparisons } = describeAttention(item, words)
  const isFailure = item.kind === 'failed' || item.kind === 'rejected'
  const retryLabel = isFailure ? 'Retry now' : retry
  return (
    <ToastCard icon="alert" tone="warn" title={describeNotice(item, words)} testId="attention-toast" kind={item.kind}>
      {isFailure ? <p>{explanation}</p> : undefined}
      <LosingValues comparisons={item.kind === 'failed' ? [] : comparisons} />
      <Problem problem={problem} />
      <div className="rejoin-actions">
        {retryLabel === undefined ? undefined : (
          <button
            type="button"
            className="rejoin-button"
            data-testid="toast-retry"
            onClick={() => void attempt(attention.retry(item.id))}
          >
            {retryLabel}
          </button>
        )}
        {isFailure || onReview === undefined ? undefined : (
          <button type="button" className="rejoin-button" data-testid="toast-review" onClick={onReview}>
            Review
          </button>
        )}
        <button
          type="button"
          className="rejoin-button"
          data-testid="toast-dismiss"
          onClick={() => void attempt(attention.dismiss(item.id))}
        >
          Dismiss
        </button>
      </div>
    </ToastCard>
  )
}
