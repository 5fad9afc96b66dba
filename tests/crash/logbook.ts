import * as Y from 'yjs'
import type { SeededRandom } from '@rejoin/core/testing'

const paddingMax = 2_000
const keyCount = 8

/** The content of a crash document: a log of unique tokens, and a map that is overwritten so that there are deletes too. */
export interface Logbook {
  readonly doc: Y.Doc
  /** Makes one edit; the token identifies it for ever. */
  write(): string
  tokens(): readonly string[]
  /** How many clocks of its own the writer has used up to this token. */
  clockAfter(token: string): number | undefined
}

export function createLogbook(writer: string, random: SeededRandom): Logbook {
  const doc = new Y.Doc()
  const clockByToken = new Map<string, number>()
  let written = 0
  return {
    doc,
    write: () => {
      const token = `${writer}/${doc.clientID}/${written++}`
      doc.transact(() => {
        logOf(doc).push([token])
        doc
          .getMap<string>('latest')
          .set(`key ${random.below(keyCount)}`, token + '.'.repeat(random.chance(0.1) ? random.below(paddingMax) : 0))
      })
      clockByToken.set(token, Y.getState(doc.store, doc.clientID))
      return token
    },
    tokens: () => logOf(doc).toArray(),
    clockAfter: (token) => clockByToken.get(token),
  }
}

export function logOf(doc: Y.Doc): Y.Array<string> {
  return doc.getArray<string>('log')
}

/** Tokens that a transaction of the server's brought. */
export function tokensAdded(event: Y.YArrayEvent<string>): readonly string[] {
  return [...event.changes.added]
    .flatMap((item) => item.content.getContent())
    .filter((token): token is string => typeof token === 'string')
}
