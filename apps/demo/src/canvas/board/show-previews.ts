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
  /** What is being dragged or drawn, above the rest: moving it leaves the picture of the others alone. */
  readonly moving: readonly Element[]
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

function applyPatches(scene: Scene, patches: PatchById, patched: Map<string, Element>): void {
  for (const [id, patch] of patches) {
    const element = scene.byId.get(id)
    if (element) patched.set(id, patchElement(element, patch))
  }
}

/** Unfinished elements; once the document has one of them, its draft has been overtaken. */
function draftsOf(scene: Scene, peers: readonly Peer[], own: readonly Element[]): Element[] {
  const drafts = peers.flatMap(({ preview }) => preview?.draft ?? [])
  return [...drafts, ...own].filter(({ id }) => !scene.byId.has(id))
}

export function showPreviews(scene: Scene, peers: readonly Peer[], gesture: Gesture): Shown {
  const moved = applyPeers(scene, peers)
  applyPatches(scene, gesturePatches(gesture), moved)
  const moving = [...moved.values(), ...draftsOf(scene, peers, gestureDrafts(gesture))]
  return { resting: moved.size === 0 ? scene.elements : scene.elements.filter(({ id }) => !moved.has(id)), moving }
}

/** The same, remembering what rests: as long as the same elements move, it is the same list, and nothing has to be painted anew. */
export function createPreviews(): typeof showPreviews {
  let last: { readonly scene: Scene; readonly resting: readonly Element[] } | undefined
  return (scene, peers, gesture) => {
    const shown = showPreviews(scene, peers, gesture)
    const { resting } = shown
    const isSame =
      last?.scene === scene &&
      last.resting.length === resting.length &&
      resting.every((element, index) => element === last?.resting[index])
    last = isSame && last ? last : { scene, resting }
    return { resting: last.resting, moving: shown.moving }
  }
}
