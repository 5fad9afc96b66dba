import type { ButtonHTMLAttributes } from 'react'
import { ariaKeys, keyCaps } from '../canvas/board/keys.ts'
import type { Shortcut } from '../canvas/board/shortcuts.ts'
import type { IconName } from './icons.tsx'
import { Icon } from './icons.tsx'
import { isApple } from './is-apple.ts'

interface Properties extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: IconName
  /** Read out, and shown as the tooltip. */
  readonly label: string
  /** Its first keys are shown in the tooltip beside the label. */
  readonly shortcut?: Pick<Shortcut, 'keys'>
}

/** A square button with an icon and a tooltip that works for pointer and keyboard. */
export function IconButton({ icon, label, shortcut, className = '', ...rest }: Properties) {
  const [keys] = shortcut?.keys ?? []
  return (
    <button
      type="button"
      className={`icon-button ${className}`}
      aria-label={label}
      {...(shortcut ? { 'aria-keyshortcuts': ariaKeys(shortcut.keys, isApple) } : {})}
      {...rest}
    >
      <Icon name={icon} />
      <span className="tooltip" aria-hidden="true">
        {label}
        {/* Not as text: what is seen must be in the name, and keys are no part of it. */}
        {keys === undefined ? undefined : <kbd data-keys={keyCaps(keys, isApple).join(' ')} />}
      </span>
    </button>
  )
}
