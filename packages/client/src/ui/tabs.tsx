import { useId, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react'

export interface Tab {
  readonly name: string
  readonly label: string
  /** Drawn while its tab is open. */
  readonly content: ReactNode
}

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 }

/** Views of one thing, one at a time; arrow keys go from one to the next. A single one needs no tabs. */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }): ReactElement {
  const id = useId()
  const [chosen, setChosen] = useState(tabs[0]?.name)
  const list = useRef<HTMLDivElement>(null)
  const open = tabs.find(({ name }) => name === chosen) ?? tabs[0]
  if (tabs.length < 2) return <>{open?.content}</>
  const move = (event: KeyboardEvent): void => {
    const step = steps[event.key]
    if (step === undefined || open === undefined) return
    const next = (tabs.indexOf(open) + step + tabs.length) % tabs.length
    setChosen(tabs[next]?.name)
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[next]?.focus()
  }
  return (
    <>
      <div ref={list} className="rejoin-tabs" role="tablist" aria-label={label}>
        {tabs.map(({ name, label: text }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            aria-selected={name === open?.name}
            aria-controls={`${id}-panel`}
            tabIndex={name === open?.name ? 0 : -1}
            data-testid={`tab-${name}`}
            onKeyDown={move}
            onClick={() => setChosen(name)}
          >
            {text}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${open?.name}`}>
        {open?.content}
      </div>
    </>
  )
}
