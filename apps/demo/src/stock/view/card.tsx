import type { ReactNode } from 'react'
import { useId } from 'react'

interface Properties {
  readonly title: string
  readonly className?: string
  readonly testId: string
  readonly count?: number
  /** One line that says how the thing behaves. */
  readonly hint?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A titled part of the page. */
export function Card({ title, className = '', testId, count, hint, actions, children }: Properties) {
  const titleId = useId()
  return (
    <section className={`card panel ${className}`} aria-labelledby={titleId} data-testid={testId}>
      <header>
        <h2 id={titleId}>
          {title}
          {count ? <span className="count">{count}</span> : undefined}
        </h2>
        {actions}
      </header>
      {hint === undefined ? undefined : <p className="card-hint">{hint}</p>}
      {children}
    </section>
  )
}
