import type { Gesture } from '../gesture/gesture.ts'
import { gestureDrafts, gesturePatches } from '../gesture/gesture.ts'
import type { Element, PatchById } from '../model/element.ts'
import { patchElement } from '../model/element.ts'
import type { Scene } from '../model/scene-store.ts'
import type { Peer } from '../presence/peer-store.ts'

/** What is on the screen: the document, with everybody's running gestures laid over it. */
export interface Shown {
  /** From the bottom up. Elements that nobody changes are the same objects as in the scene, so they are not drawn again. */
  readonly resting: readonly Element[]
  /** What is being dragged or drawn, where it is now, above the rest: moving it leaves the picture of the others alone. */
  readonly moving: readonly Element[]
  /** Of that, what this person carries about as it is: where it lay before, so that a picture of it can be moved without painting. */
  readonly carried: readonly Element[]
  /** Of that, everything else. */
  readonly changing: readonly Element[]
}

/** Patches of others, the later peer over the earlier one. */
function applyPeers(scene: Scene, peers: readonly Peer[]): Map<string, Element> {
  const patched = new Map<string, Element>()
  for (const { preview } of peers) {
    for (const { id, ...patch } of preview?.patches ?? []) {
      const element = patched.get(id) ?? scene.byId.get(id)
      if (element) patched.set(id, patchElement(element, patch))
    }
  }
  return patched
}

/** What this person's gesture does to elements that are still there. */
function applyGesture(scene: Scene, patches: PatchById): Map<string, Element> {
  const patched = new Map<string, Element>()
  for (const [id, patch] of patches) {
    const element = scene.byId.get(id)
    if (element) patched.set(id, patchElement(element, patch))
  }
  return patched
}

function carriedBy(scene: Scene, gesture: Gesture): readonly Element[] | undefined {
  if (gesture.type !== 'move' || !gesture.hasMoved) return undefined
  if (gesture.isCopying) return gesture.copies()
  return gesture.elements.flatMap(({ id }) => scene.byId.get(id) ?? [])
}

const nothing: readonly Element[] = []

export function showPreviews(scene: Scene, peers: readonly Peer[], gesture: Gesture): Shown {
  const own = applyGesture(scene, gesturePatches(gesture))
  const theirs = applyPeers(scene, peers)
  for (const id of own.keys()) theirs.delete(id)
  // Once the document has one of them, its draft has been overtaken.
  const isUnfinished = ({ id }: Element) => !scene.byId.has(id)
  const theirDrafts = peers.flatMap(({ preview }) => preview?.draft ?? []).filter(isUnfinished)
  const ownDrafts = gestureDrafts(gesture).filter(isUnfinished)
  const moving = [...theirs.values(), ...own.values(), ...theirDrafts, ...ownDrafts]
  const carried = carriedBy(scene, gesture)
  const isResting = ({ id }: Element) => !own.has(id) && !theirs.has(id)
  return {
    resting: own.size + theirs.size === 0 ? scene.elements : scene.elements.filter(isResting),
    moving,
    carried: carried ?? nothing,
    changing: carried ? [...theirs.values(), ...theirDrafts] : moving,
  }
}

/** The list from before where it holds the same: nothing has to be painted anew then. */
function sameOr(before: readonly Element[] | undefined, now: readonly Element[]): readonly Element[] {
  const isSame = before?.length === now.length && now.every((element, index) => element === before[index])
  return isSame && before ? before : now
}

/** The same, remembering it: as long as the same elements move, what rests and what is carried are the same lists. */
export function createPreviews(): typeof showPreviews {
  let last: Shown | undefined
  return (scene, peers, gesture) => {
    const shown = showPreviews(scene, peers, gesture)
    last = {
      resting: sameOr(last?.resting, shown.resting),
      moving: sameOr(last?.moving, shown.moving),
      carried: sameOr(last?.carried, shown.carried),
      changing: sameOr(last?.changing, shown.changing),
    }
    return last
  }
}
