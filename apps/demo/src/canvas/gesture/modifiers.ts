/** What is held down with the pointer. */
export interface Modifiers {
  /** In proportion, in steps, or straight. */
  readonly shift: boolean
  /** From the middle; a move makes copies. */
  readonly alt: boolean
  /** Ctrl or ⌘: nothing is aligned. */
  readonly free: boolean
}

export const noModifiers: Modifiers = { shift: false, alt: false, free: false }
