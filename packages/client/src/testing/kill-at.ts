import type { CommitFate } from '../record-database/memory-record-database.ts'

export interface Killing {
  /** For the database of the page. */
  readonly fateOf: () => Promise<CommitFate>
  /** Resolves when it happens. */
  readonly killed: Promise<'killed'>
}

/** The page is killed at the n-th transaction that writes: before it is kept, or after, in either case before anybody is told. */
export function killAt(n: number, fate: 'vanish' | 'commitUnheard'): Killing {
  const { promise, resolve } = Promise.withResolvers<'killed'>()
  let commits = 0
  const fateOf = async (): Promise<CommitFate> => {
    commits++
    if (commits === n) queueMicrotask(() => resolve('killed'))
    if (commits < n) return 'commit'
    return commits === n ? fate : 'vanish'
  }
  return { fateOf, killed: promise }
}
