/** The members of a `KeyboardEvent` that decide. */
export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/**
 * Keys held together, the last one pressed: `Ctrl+Shift+Z`, `Alt+ArrowLeft`, `?`. `Ctrl` is ⌘ as well. Shift is named with letters and keys that
 * have names; with signs it depends on the keyboard, so the sign alone says it. The plus sign is `Plus`.
 */
export type Keys = string

const nameOf = (key: string) => (key === '+' ? 'Plus' : key === ' ' ? 'Space' : key.length === 1 ? key.toUpperCase() : key)

const isNamedWithShift = (key: string) => key.length > 1 || /\p{L}/u.test(key)

/** How a press is written. */
export function keysOf({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyPress): Keys {
  // AltGr, which many keyboards have brackets on, says that it is both.
  const isAltGr = ctrlKey && altKey && !isNamedWithShift(key)
  return [
    ...((ctrlKey && !isAltGr) || metaKey ? ['Ctrl'] : []),
    ...(altKey && !isAltGr ? ['Alt'] : []),
    ...(shiftKey && isNamedWithShift(key) ? ['Shift'] : []),
    nameOf(key),
  ].join('+')
}

const signs: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Plus: '+',
  '-': '−',
  Escape: 'Esc',
  Delete: 'Del',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
}
const appleSigns: Readonly<Record<string, string>> = { Ctrl: '⌘', Shift: '⇧', Alt: '⌥' }

/** What stands on the keys, one by one. */
export function keyCaps(keys: Keys, isApple: boolean): readonly string[] {
  return keys.split('+').map((key) => (isApple ? appleSigns[key] : undefined) ?? signs[key] ?? key)
}

/** As `aria-keyshortcuts` wants it. */
export function ariaKeys(keys: readonly Keys[], isApple: boolean): string {
  return keys.map((one) => one.replace('Ctrl', isApple ? 'Meta' : 'Control')).join(' ')
}
