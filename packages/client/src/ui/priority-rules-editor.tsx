import { useId, useState, type ReactElement } from 'react'
import { useRecordsClient } from '../react/use-records-client.ts'
import { Problem } from './problem.tsx'
import { useAttempt } from './use-attempt.ts'
import { usePriorities } from './use-priorities.ts'

/** The rules of what goes first, as JSON that a person may change; what is wrong with it is said rule by rule, and nothing is taken of it. */
export function PriorityRulesEditor(): ReactElement {
  const { priorities } = useRecordsClient().sync
  const text = JSON.stringify(usePriorities(), undefined, 2)
  const [draft, setDraft] = useState<string>()
  const [problems, setProblems] = useState<readonly string[]>([])
  const [isApplied, setApplied] = useState(false)
  const { problem, attempt } = useAttempt()
  const id = useId()
  const end = (): void => {
    setDraft(undefined)
    setProblems([])
    setApplied(true)
  }
  const apply = async (): Promise<void> => {
    const wrong = await priorities.update(draft ?? text)
    if (wrong.length === 0) end()
    else setProblems(wrong)
  }
  const reset = async (): Promise<void> => {
    await priorities.reset()
    end()
  }
  return (
    <div className="rejoin-form">
      <label htmlFor={id}>Rules and thresholds, as JSON</label>
      <textarea
        id={id}
        className="rejoin-input rejoin-code"
        rows={12}
        spellCheck={false}
        aria-describedby={`${id}-help`}
        aria-invalid={problems.length > 0}
        data-testid="priority-rules"
        value={draft ?? text}
        onChange={(event) => {
          setDraft(event.target.value)
          setApplied(false)
        }}
      />
      <p id={`${id}-help`} className="rejoin-quiet">
        A rule adds its points to every change it fits:{' '}
        <code>
          {
            '{ "name": "Large", "entity": "product", "when": { "field": "quantity", "operator": "greaterThan", "value": 100 }, "points": 25 }'
          }
        </code>
      </p>
      {problems.length === 0 ? undefined : (
        <ul className="rejoin-problem" role="alert" data-testid="priority-problems">
          {problems.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      <Problem problem={problem} />
      <div className="rejoin-actions">
        <button
          type="button"
          className="rejoin-button rejoin-primary"
          data-testid="apply-priorities"
          disabled={draft === undefined || draft === text}
          onClick={() => void attempt(apply())}
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
