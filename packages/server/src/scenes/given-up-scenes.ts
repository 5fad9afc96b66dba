/** Scenes remembered; of more, the one that was given up first is tried again. */
const rememberedMax = 10_000
const rememberedMs = 60_000

/** Scenes whose work was given up a short while ago: to begin it again would take the time of all who wait for the same thread. */
export class GivenUpScenes {
  readonly #elapsedMs: () => number
  /** By scene, the one that was given up first at the beginning. */
  readonly #givenUpAtByKey = new Map<string, number>()

  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs
  }

  has(place: { readonly tenant: string; readonly document: string }): boolean {
    const givenUpAt = this.#givenUpAtByKey.get(keyOf(place))
    return givenUpAt !== undefined && this.#elapsedMs() - givenUpAt < rememberedMs
  }

  add(place: { readonly tenant: string; readonly document: string }): void {
    const key = keyOf(place)
    this.#givenUpAtByKey.delete(key)
    const [first] = this.#givenUpAtByKey.keys()
    if (first !== undefined && this.#givenUpAtByKey.size >= rememberedMax) this.#givenUpAtByKey.delete(first)
    this.#givenUpAtByKey.set(key, this.#elapsedMs())
  }
}

function keyOf({ tenant, document }: { readonly tenant: string; readonly document: string }): string {
  return `${tenant}\0${document}`
}
