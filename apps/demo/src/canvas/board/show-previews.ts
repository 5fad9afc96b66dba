import type { Element, PatchById } from '../model/element.ts'
import { patchElement } from '../model/element.ts'
import type { Scene } from '../model/scene-store.ts'
import type { Peer } from '../presence/peer-store.ts'

/**
 * What is on the screen: the document, with everybody's running drags laid over it and unfinished shapes on top.
 * Elements that nobody moves stay the same objects, so that they are not drawn again.
 */
export function showPreviews(scene: Scene, peers: readonly Peer[], own: PatchById): readonly Element[] {
  const patched = new Map<string, Element>()
  const drafts: Element[] = []
  for (const { preview } of peers) {
    for (const { id, ...patch } of preview?.patches ?? []) {
      const element = patched.get(id) ?? scene.byId.get(id)
      if (element) patched.set(id, patchElement(element, patch))
    }
    // Once the document has the element, the draft has been overtaken.
    if (preview?.draft && !scene.byId.has(preview.draft.id)) drafts.push(preview.draft)
  }
  for (const [id, patch] of own) {
    const element = scene.byId.get(id)
    if (element) patched.set(id, patchElement(element, patch))
  }
  if (patched.size === 0 && drafts.length === 0) return scene.elements
  return [...scene.elements.map((element) => patched.get(element.id) ?? element), ...drafts]
}
