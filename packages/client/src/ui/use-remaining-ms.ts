import { useState } from 'react'
import { useNow } from './use-now.ts'
import { remainingMs, type RunProgress, type RunStart } from './words/progress-words.ts'

const tickMs = 1_000

/** Of the run under way, at its pace so far, in ms; another total is another run. For a component that is mounted while a run lasts. */
export function useRemainingMs(progress: RunProgress): number | undefined {
  const now = useNow(tickMs)
  const [start, setStart] = useState<RunStart>({ at: now, total: progress.total })
  if (progress.total !== start.total) setStart({ at: now, total: progress.total })
  return remainingMs(progress, start, now)
}
