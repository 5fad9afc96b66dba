import { useState } from 'react'
import { useNow } from './use-now.ts'
import { remainingMs, type RunProgress, type RunStart } from './words/progress-words.ts'

const tickMs = 1_000

/** Of the run under way, at its pace so far, in ms; another total is another run. */
export function useRemainingMs(progress: RunProgress | undefined): number | undefined {
  const now = useNow(tickMs)
  const [start, setStart] = useState<RunStart>()
  if (progress?.total !== start?.total) setStart(progress && { at: now, total: progress.total })
  return progress === undefined || start === undefined ? undefined : remainingMs(progress, start, now)
}
