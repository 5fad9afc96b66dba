import { createSeededRandom } from '@rejoin/core/testing'
import * as Y from 'yjs'

/** Rows of about this size, so that a short run passes through every kind of upkeep. */
const fillerCharacters = 6_000

/** Edits that depend on the name alone: two processes that take n of them have the same document. */
export class ScriptedEdits {
  readonly document = new Y.Doc()
  readonly #random: ReturnType<typeof createSeededRandom>
  #update: Uint8Array | undefined

  constructor(name: string) {
    this.#random = createSeededRandom(1).fork(name)
    this.document.clientID = 1
    this.document.on('update', (update: Uint8Array) => (this.#update = update))
  }

  /** The update of the next edit. */
  next(): Uint8Array {
    const text = this.document.getText('text')
    const random = this.#random
    if (text.length > 4 && random.chance(0.3)) text.delete(random.below(text.length - 3), 3)
    else
      text.insert(
        random.below(text.length + 1),
        String.fromCodePoint(97 + random.below(26)).repeat(random.below(fillerCharacters) + 1),
      )
    if (this.#update === undefined) throw new Error('the edit made no update')
    return this.#update
  }
}
