import { useId, useState, type ReactElement } from 'react'
import { useRecordsClient } from '../react/use-records-client.ts'
import { Problem } from './problem.tsx'
import { useAttempt } from './use-attempt.ts'
import { usePriorities } from './use-priorities.ts'

const example = `{ "name": "Large", "entity": "product", "when": { "field": "quantity", "operator": "greaterThan", "value": 100 }, "points": 25 }`

interface RulesTextProps {
  readonly text: string
  readonly isWrong: boolean
  readonly onChange: (text: string) => void
}

function RulesText({ text, isWrong, onChange }: RulesTextProps): ReactElement {
  const id = useId()
  return (
    <>
      <label htmlFor={id}>Rules and thresholds, as JSON</label>
      <textarea
        id={id}
        className="rejoin-input rejoin-code"
        rows={12}
        spellCheck={false}
        aria-describedby={`${id}-help`}
        aria-invalid={isWrong}
        data-testid="priority-rules"
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
      <p id={`${id}-help`} className="rejoin-quiet">
        A rule adds its points to every change it fits: <code>{example}</code>
      </p>
    </>
  )
}

/** The rules of what goes first, as JSON that a person may change; what is wrong with it is said rule by rule, and nothing is taken of it. */
export function PriorityRulesEditor(): ReactElement {
  const { priorities } = useRecordsClient().sync
  const kept = JSON.stringify(usePriorities(), undefined, 2)
  const [draft, setDraft] = useState<string>()
  const [wrong, setWrong] = useState<readonly string[]>([])
  const [isApplied, setApplied] = useState(false)
  const { problem, attempt } = useAttempt()
  const take = (problems: readonly string[]): void => {
    setWrong(problems)
    if (problems.length === 0) setDraft(undefined)
    setApplied(problems.length === 0)
  }
  const change = (text: string): void => {
    setDraft(text)
    setApplied(false)
  }
  const reset = (): Promise<void> => priorities.reset().then(() => take([]))
  return (
    <div className="rejoin-form">
      <RulesText text={draft ?? kept} isWrong={wrong.length > 0} onChange={change} />
      {wrong.length === 0 ? undefined : (
        <div className="rejoin-problem" role="alert">
          <ul data-testid="priority-problems">
            {wrong.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
      )}
      <Problem problem={problem} />
      <div className="rejoin-actions">
        <button
          type="button"
          className="rejoin-button rejoin-primary"
          data-testid="apply-priorities"
          disabled={draft === undefined || draft === kept}
          onClick={() => void attempt(priorities.update(draft ?? kept).then(take))}
        >
          Apply
        </button>
        <button type="button" className="rejoin-button" data-testid="reset-priorities" onClick={() => void attempt(reset())}>
          Back to the app's own
        </button>
        <span className="rejoin-quiet" role="status">
          {isApplied ? 'Everything that waits has its new place.' : ''}
        </span>
      </div>
    </div>
  )
}
