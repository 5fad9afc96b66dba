import type { Ledger } from './ledger.ts'
import { Violation } from './violation.ts'

export interface RoomCheckParts {
  readonly pageName: string
  /** So many requests may be out at a time; `undefined`: as many as settings say at that moment, which is not looked at. */
  readonly requestsMax: number | undefined
  readonly ledger: Ledger
  /** How often the clock was set: what is out seems to be so for long then, and is given up. */
  readonly jumpCount: () => number
}

interface Out {
  records: number
  requests: number
}

/** P11: a page has no more requests out than it may have. What it gave up may still be on its way. */
export class RoomCheck {
  readonly #parts: RoomCheckParts
  #out: Out = { records: 0, requests: 0 }
  #jumpCount = 0

  constructor(parts: RoomCheckParts) {
    this.#parts = parts
  }

  /** The returned function says that its answer was heard. */
  begin(kind: keyof Out): () => void {
    const { pageName, requestsMax = Infinity, ledger, jumpCount } = this.#parts
    if (jumpCount() !== this.#jumpCount) this.forget()
    this.#jumpCount = jumpCount()
    const out = this.#out
    out[kind]++
    const count = out.records + out.requests
    if (out.requests > 1) ledger.note('requests of several lanes out at once')
    if (out.requests > 0 && out.records > 0) ledger.note('requests and records out at once')
    if (count > requestsMax)
      ledger.blame(new Violation('P11', `${pageName} has ${count} requests out, and may have ${requestsMax}`))
    return () => void out[kind]--
  }

  /** Whatever is out is not waited for any more: another drains, or there is no network. */
  forget(): void {
    this.#out = { records: 0, requests: 0 }
  }
}
