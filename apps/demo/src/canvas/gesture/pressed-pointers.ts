import type { Point } from '../geometry/point.ts'

export type PointerKind = 'mouse' | 'touch' | 'pen'

interface Pressed {
  readonly kind: PointerKind
  readonly point: Point
}

/** Fingers and pointers that are down and count, in the order in which they came, by pointer id. */
export type PressedPointers = ReadonlyMap<number, Pressed>

export interface Press extends Pressed {
  readonly id: number
}

/**
 * What a press means: `begin` a gesture; `pinch`: a second finger, so whatever the first was about to do is off; `ignore`: a palm beside a
 * pen, a third finger, a second button. `begin` with `isTakingOver`: the pen came after the palm, whose gesture is off.
 */
export type Pressing =
  | { readonly type: 'begin'; readonly isTakingOver: boolean; readonly pressed: PressedPointers }
  | { readonly type: 'pinch'; readonly pressed: PressedPointers }
  | { readonly type: 'ignore'; readonly pressed: PressedPointers }

export function pressPointer(pressed: PressedPointers, { id, kind, point }: Press): Pressing {
  const kinds = new Set([...pressed.values()].map((other) => other.kind))
  const alone = new Map([[id, { kind, point }]])
  if (kind === 'pen' && !kinds.has('pen')) return { type: 'begin', isTakingOver: pressed.size > 0, pressed: alone }
  if (pressed.size === 0) return { type: 'begin', isTakingOver: false, pressed: alone }
  if (kind !== 'touch' || !kinds.has('touch') || pressed.size > 1) return { type: 'ignore', pressed }
  return { type: 'pinch', pressed: new Map([...pressed, ...alone]) }
}

/** Unchanged if the pointer is not one of those that count. */
export function movePointer(pressed: PressedPointers, id: number, point: Point): PressedPointers {
  const known = pressed.get(id)
  return known ? new Map(pressed).set(id, { ...known, point }) : pressed
}

/** The finger that stays after a pinch must not go on as a drag: it is forgotten with the one that went. */
export function releasePointer(pressed: PressedPointers, id: number): PressedPointers {
  return pressed.has(id) ? new Map() : pressed
}
