import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'

interface Properties {
  /** For tests: `style-NAME`. */
  readonly name: string
  readonly label: string
  readonly button: ReactNode
  readonly children: (close: () => void) => ReactNode
}

/** A small button that opens a row of choices; Escape or a press elsewhere closes it. */
export function Menu({ name, label, button, children }: Properties) {
  const [isOpen, setOpen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!isOpen) return undefined
    const onPress = (event: PointerEvent) => {
      if (!(event.target instanceof Node && place.current?.contains(event.target))) setOpen(false)
    }
    const button = opener.current
    window.addEventListener('pointerdown', onPress)
    return () => {
      window.removeEventListener('pointerdown', onPress)
      // What had the focus is gone with the menu: whoever goes by keys is back where they opened it.
      if (document.activeElement === document.body) button?.focus()
    }
  }, [isOpen])
  const close = () => setOpen(false)
  return (
    <div className="menu" ref={place} onKeyDown={(event) => event.key === 'Escape' && close()}>
      <button
        ref={opener}
        type="button"
        className="icon-button"
        aria-label={label}
        aria-expanded={isOpen}
        data-testid={`style-${name}`}
        onClick={() => setOpen(!isOpen)}
      >
        {button}
        {isOpen ? undefined : (
          <span className="tooltip" aria-hidden="true">
            {label}
          </span>
        )}
      </button>
      {isOpen ? (
        <div className="menu-popup panel" role="group" aria-label={label}>
          {children(close)}
        </div>
      ) : undefined}
    </div>
  )
}
