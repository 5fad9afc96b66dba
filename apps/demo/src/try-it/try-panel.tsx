import type { ReactNode } from 'react'
import { IconButton } from '../chrome/icon-button.tsx'
import { Icon } from '../chrome/icons.tsx'
import type { LessonStep } from './lesson-step.ts'
import { showTry } from './try-open.ts'

interface Properties {
  readonly title: string
  readonly steps: readonly LessonStep[]
  /** What helps with a step, by its id; shown while the step is the next one. */
  readonly actions: Readonly<Record<string, ReactNode>>
  readonly onRestart: () => void
  /** The way to the other lesson. */
  readonly children: ReactNode
}

function Step({ step, isNext, index, action }: { step: LessonStep; isNext: boolean; index: number; action: ReactNode }) {
  const { id, title, detail, isDone } = step
  return (
    <li
      className="try-step"
      data-testid={`try-${id}`}
      data-done={isDone}
      data-next={isNext}
      aria-current={isNext ? 'step' : undefined}
    >
      <span className="try-mark">
        {isDone ? <Icon name="check" size={15} /> : index + 1}
        <span className="visually-hidden">{isDone ? 'Done: ' : 'To do: '}</span>
      </span>
      <div>
        <strong>{title}</strong>
        {isNext ? (
          <>
            <p>{detail}</p>
            {action}
          </>
        ) : undefined}
      </div>
    </li>
  )
}

/** Steps that tick themselves off as what they ask for happens. */
export function TryPanel({ title, steps, actions, onRestart, children }: Properties) {
  const nextIndex = steps.findIndex(({ isDone }) => !isDone)
  const isDone = nextIndex === -1
  return (
    <aside className="try-panel panel" aria-label="Try it" data-testid="try-panel" data-done={isDone}>
      <header>
        <h2>{title}</h2>
        <IconButton icon="close" label="Close" data-testid="try-close" onClick={() => showTry(false)} />
      </header>
      <ol>
        {steps.map((step, index) => (
          <Step key={step.id} step={step} index={index} isNext={index === nextIndex} action={actions[step.id]} />
        ))}
      </ol>
      <footer>
        <div role="status">{isDone ? <p data-testid="try-outcome">{steps.at(-1)?.detail}</p> : undefined}</div>
        {isDone ? (
          <button type="button" className="button small" onClick={onRestart}>
            Once more
          </button>
        ) : undefined}
        {children}
      </footer>
    </aside>
  )
}
