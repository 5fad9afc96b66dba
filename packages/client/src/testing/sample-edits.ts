import { applyUpdate, Doc } from 'yjs'

/** Each text typed at the end of one shared text, as the Yjs V1 update of that edit. */
export function typedUpdates(texts: readonly string[], clientId = 1): readonly Uint8Array[] {
  const doc = new Doc()
  doc.clientID = clientId
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  const shared = doc.getText('text')
  for (const text of texts) shared.insert(shared.length, text)
  doc.destroy()
  return updates
}

/** One edit that needs no other, so that its text is found whatever else is there. */
export function markUpdate(mark: string, clientId: number): Uint8Array {
  const doc = new Doc()
  doc.clientID = clientId
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  doc.getMap('marks').set(mark, true)
  doc.destroy()
  const [update] = updates
  if (update === undefined) throw new Error('an edit makes an update')
  return update
}

export function textOf(updates: readonly Uint8Array[]): string {
  const doc = loadDoc(updates)
  const text = doc.getText('text').toJSON()
  doc.destroy()
  return text
}

/** The marks that the updates hold, sorted. */
export function marksOf(updates: readonly Uint8Array[]): readonly string[] {
  const doc = loadDoc(updates)
  const marks = [...doc.getMap('marks').keys()].toSorted()
  doc.destroy()
  return marks
}

function loadDoc(updates: readonly Uint8Array[]): Doc {
  const doc = new Doc()
  for (const update of updates) applyUpdate(doc, update)
  return doc
}
