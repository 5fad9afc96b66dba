import type { Clock } from '@rejoin/core'
import type { DocumentStore, UpdateToAppend } from '../store/document-store.ts'
import type { ImportTarget } from '../store/import-target.ts'
import type { StorePlace } from './document-store-contract.ts'
import { markUpdate, typedUpdates } from './sample-edits.ts'

/** The managed store, which can also take over other local databases. */
export type ManagedDocumentStore = DocumentStore & ImportTarget

/** The document of most cases. */
export const name = 'notes/today'

/** An edit that needs no other, by an author of its own. */
export function mark(text: string, isLocal = true): UpdateToAppend {
  return { update: markUpdate(text, hashOf(text)), isLocal }
}

export function typed(texts: readonly string[]): readonly UpdateToAppend[] {
  return typedUpdates(texts).map((update) => ({ update, isLocal: true }))
}

export async function dirtOf(store: DocumentStore): Promise<readonly number[] | undefined> {
  return (await store.load(name))?.dirtySeqs
}

export async function reload(
  place: StorePlace<ManagedDocumentStore>,
  store: DocumentStore,
  clock: Clock,
): Promise<ManagedDocumentStore> {
  await store.close()
  return place.open({ clock })
}

function hashOf(text: string): number {
  let hash = 7
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0
  return hash
}
