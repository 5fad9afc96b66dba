import { applyUpdate, Doc, encodeStateAsUpdate, equalSnapshots, snapshot } from 'yjs'
import { StoreError } from './store-error.ts'

/**
 * Folds updates into one through a garbage-collecting `Y.Doc`. (`mergeUpdates` believes a forged GC range that `applyUpdate` ignores, and
 * does not end in useful time over many small updates.) `undefined` while updates wait for others that are not there: those are not ours
 * to rearrange. Throws `corrupt` where Yjs cannot apply them or the fold would not give the same document.
 */
export function foldUpdates(updates: readonly Uint8Array[]): Uint8Array | undefined {
  const doc = applyAll(updates)
  const folded = hasPending(doc) ? undefined : encodeStateAsUpdate(doc)
  if (folded !== undefined) {
    const again = applyAll([folded])
    const isSame = !hasPending(again) && equalSnapshots(snapshot(doc), snapshot(again))
    again.destroy()
    if (!isSame) throw new StoreError('corrupt', 'folding the updates would change the document')
  }
  doc.destroy()
  return folded
}

/** The updates as one, for export: parts that wait for others are kept in it. Throws `corrupt`. */
export function exportUpdates(updates: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = updates
  if (first !== undefined && others.length === 0) return first
  const doc = applyAll(updates)
  const exported = encodeStateAsUpdate(doc)
  doc.destroy()
  return exported
}

/** Throws `corrupt` where Yjs cannot apply the updates. */
export function checkUpdates(updates: readonly Uint8Array[]): void {
  applyAll(updates).destroy()
}

function applyAll(updates: readonly Uint8Array[]): Doc {
  const doc = new Doc({ gc: true })
  try {
    doc.transact(() => {
      for (const update of updates) applyUpdate(doc, update)
    })
  } catch (error) {
    doc.destroy()
    throw new StoreError('corrupt', 'a stored update cannot be read', { cause: error })
  }
  return doc
}

function hasPending(doc: Doc): boolean {
  return doc.store.pendingStructs !== null || doc.store.pendingDs !== null
}
