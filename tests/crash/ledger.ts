/** What was promised about one document: tokens are the single edits, each unique. */
export interface Promises {
  /** A receipt or an echo said: stored. */
  readonly acknowledged: ReadonlySet<string>
  /** The server showed it to somebody. */
  readonly shown: ReadonlySet<string>
}

export interface Loss {
  readonly document: string
  readonly token: string
  readonly promise: keyof Promises
}

/** Remembers what the server promised, from the clients' side, over all its lives. */
export interface Ledger {
  acknowledge(document: string, tokens: Iterable<string>): void
  show(document: string, tokens: Iterable<string>): void
  /** A frame was refused, which nothing in this load deserves. */
  refuse(document: string, reason: string): void
  readonly refusals: readonly string[]
  /** Promised tokens that a document does not hold. */
  losses(document: string, held: ReadonlySet<string>): readonly Loss[]
  count(promise: keyof Promises): number
}

export function createLedger(): Ledger {
  const promisesByDocument = new Map<string, { readonly acknowledged: Set<string>; readonly shown: Set<string> }>()
  const refusals: string[] = []

  const promisesOf = (document: string) => {
    const known = promisesByDocument.get(document) ?? { acknowledged: new Set<string>(), shown: new Set<string>() }
    promisesByDocument.set(document, known)
    return known
  }
  const record = (promise: keyof Promises) => (document: string, tokens: Iterable<string>) => {
    const known = promisesOf(document)[promise]
    for (const token of tokens) known.add(token)
  }
  return {
    acknowledge: record('acknowledged'),
    show: record('shown'),
    refuse: (document, reason) => refusals.push(`${document}: ${reason}`),
    refusals,
    losses: (document, held) =>
      (['acknowledged', 'shown'] as const).flatMap((promise) =>
        [...promisesOf(document)[promise]].filter((token) => !held.has(token)).map((token) => ({ document, token, promise })),
      ),
    count: (promise) => [...promisesByDocument.values()].reduce((sum, promises) => sum + promises[promise].size, 0),
  }
}
