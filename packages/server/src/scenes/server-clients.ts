import type { Random } from '@rejoin/core'

/** Documents remembered; for one that is forgotten, another id is drawn when it is written to again. */
const rememberedMax = 10_000
const clientIdEnd = 2 ** 32

/** The Yjs client ids that this process writes under, one for each document. */
export class ServerClients {
  readonly #random: Random
  readonly #clientByKey = new Map<string, number>()

  constructor(random: Random) {
    this.#random = random
  }

  of(tenant: string, document: string): number {
    const key = keyOf(tenant, document)
    const known = this.#clientByKey.get(key)
    if (known !== undefined) return known
    const [oldest] = this.#clientByKey.keys()
    if (oldest !== undefined && this.#clientByKey.size >= rememberedMax) this.#clientByKey.delete(oldest)
    const drawn = Math.floor(this.#random.next() * clientIdEnd)
    this.#clientByKey.set(key, drawn)
    return drawn
  }

  /** The id turned out to be somebody's: the next batch draws another. */
  giveUp(tenant: string, document: string): void {
    this.#clientByKey.delete(keyOf(tenant, document))
  }
}

function keyOf(tenant: string, document: string): string {
  return `${tenant}\0${document}`
}
