import { useId, type HTMLAttributes, type ReactElement, type ReactNode } from 'react'

export interface PartProps extends Omit<HTMLAttributes<HTMLElement>, 'title'> {
  /** In place of the part's own title. */
  readonly title?: string
}

interface PartFrameProps extends PartProps {
  readonly count?: number | undefined
  readonly actions?: ReactNode
}

/** A titled section. Attributes of the app go on the outermost element. */
export function Part({ title, count, actions, children, className = '', ...rest }: PartFrameProps): ReactElement {
  const titleId = useId()
  return (
    <section {...rest} className={`rejoin-part ${className}`} aria-labelledby={titleId}>
      <header className="rejoin-part-head">
        <h2 id={titleId}>
          {title}
          {count === undefined || count === 0 ? undefined : <span className="rejoin-count">{count}</span>}
        </h2>
        {actions}
      </header>
      {children}
    </section>
  )
}
