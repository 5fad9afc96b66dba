import type { ButtonHTMLAttributes } from 'react'
import type { IconName } from './icons.tsx'
import { Icon } from './icons.tsx'

interface Properties extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: IconName
  /** Read out, and shown as the tooltip. */
  readonly label: string
  /** Shown in the tooltip beside the label. */
  readonly shortcut?: string
}

/** A square button with an icon and a tooltip that works for pointer and keyboard. */
export function IconButton({ icon, label, shortcut, className = '', ...rest }: Properties) {
  return (
    <button
      type="button"
      className={`icon-button ${className}`}
      aria-label={label}
      {...(shortcut ? { 'aria-keyshortcuts': shortcut } : {})}
      {...rest}
    >
      <Icon name={icon} />
      <span className="tooltip" aria-hidden="true">
        {label}
        {shortcut ? <kbd>{shortcut}</kbd> : undefined}
      </span>
    </button>
  )
}
