import type { SimUser } from './sim-user.ts'

/** What became of a request by the word of the app's own server: done, or refused for good. */
export type RequestFate = 'done' | 'refused'

/** A request that a person's app made, known by a tag that occurs nowhere else. */
export interface MadeRequest {
  readonly tag: string
  readonly user: SimUser
}

/** The books of the app's own requests: what persons did, and what the app's server made of it. */
export class RequestLedger {
  readonly madeByTag = new Map<string, MadeRequest>()
  /** By the key under which it came. */
  readonly fateByKey = new Map<string, RequestFate>()
  /** How often each took effect. */
  readonly effectsByTag = new Map<string, number>()
  #count = 0

  /** A request of this person's: its body. */
  make(user: SimUser): string {
    const tag = `${user.tenant}/${user.name}/request#${this.#count++}`
    this.madeByTag.set(tag, { tag, user })
    return tag
  }
}

/** What every request of the simulated apps has in its `Authorization`, and no device may store. */
export const simulatedSecret = 'SECRET'
