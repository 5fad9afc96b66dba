import type { Camera, Size } from '../geometry/camera.ts'
import type { Gesture } from '../gesture/gesture.ts'
import { noGesture } from '../gesture/gesture.ts'
import type { Style, Tool } from '../gesture/tool.ts'
import { defaultStyles } from '../gesture/tool.ts'
import type { ElementKind, WrittenElement } from '../model/element.ts'

/** Something that is being written. */
export interface Writing {
  /** As it would be if the writing ended now. */
  readonly element: WrittenElement
  /** As it was when the writing began; `undefined` for a text that is in no document yet. */
  readonly before: WrittenElement | undefined
}

/** What is true of this tab only: nothing of it is in the document. */
export interface UiState {
  readonly tool: Tool
  readonly selection: ReadonlySet<string>
  readonly camera: Camera
  /** Of the canvas on the screen, in CSS px. */
  readonly size: Size
  readonly gesture: Gesture
  readonly styles: Readonly<Record<ElementKind, Style>>
  readonly editing: Writing | undefined
  /** The space bar is held: whatever the tool, a drag pans. */
  readonly isPanning: boolean
  /** The server lets this person look only. */
  readonly isReadOnly: boolean
  /** The sheet with all keys is shown. */
  readonly isHelpOpen: boolean
}

export const initialUiState: UiState = {
  tool: 'select',
  selection: new Set(),
  camera: { x: 0, y: 0, zoom: 1 },
  size: { width: 0, height: 0 },
  gesture: noGesture,
  styles: defaultStyles,
  editing: undefined,
  isPanning: false,
  isReadOnly: false,
  isHelpOpen: false,
}

/** A value that React components follow. */
export interface Store<T> {
  get(): T
  set(part: Partial<T>): void
  readonly subscribe: (listener: () => void) => () => void
}

export function createStore<T extends object>(initial: T): Store<T> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(part) {
      value = { ...value, ...part }
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
