/** Places remembered; one that is forgotten is built from its log again. */
const rememberedMax = 10_000

/** Of which scenes the last change that was made here is known to be stored, so that a copy with it in it may be gone on with. */
export class StoredChanges {
  readonly #places = new Set<string>()

  /** Takes the word back until the change that is made now is stored, too. */
  take(place: string): boolean {
    return this.#places.delete(place)
  }

  stored(place: string): void {
    const [oldest] = this.#places
    if (oldest !== undefined && this.#places.size >= rememberedMax) this.#places.delete(oldest)
    this.#places.add(place)
  }
}
