import { useEffect, useState } from 'react'
import type { LiveQuery } from '../records/records.ts'

export interface LiveAnswer<Result> {
  /** `undefined` before the first answer. */
  readonly result: Result | undefined
  readonly error: Error | undefined
}

/** Follows a live query for as long as the component is mounted; what another query answered is never shown for this one. */
export function useLiveQuery<Result>(query: Pick<LiveQuery<Result>, 'subscribe'>): LiveAnswer<Result> {
  const [latest, setLatest] = useState<LiveAnswer<Result> & { readonly query: object }>()
  useEffect(
    () =>
      query.subscribe(
        (result) => setLatest({ query, result, error: undefined }),
        (error) => setLatest({ query, result: undefined, error }),
      ),
    [query],
  )
  return latest?.query === query ? latest : nothingYet
}

const nothingYet: LiveAnswer<never> = { result: undefined, error: undefined }
