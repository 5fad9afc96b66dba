import { useCallback, useState } from 'react'

export interface Attempts {
  /** Why the last one failed, for the person. */
  readonly problem: string | undefined
  /** Follows an action; never rejects. */
  readonly attempt: (work: Promise<unknown>) => Promise<boolean>
}

/** For buttons: what they set off may fail, and whoever pressed is told beside them. */
export function useAttempt(): Attempts {
  const [problem, setProblem] = useState<string>()
  const attempt = useCallback(
    (work: Promise<unknown>) =>
      work.then(
        () => {
          setProblem(undefined)
          return true
        },
        (reason: unknown) => {
          setProblem(reason instanceof Error ? reason.message : String(reason))
          return false
        },
      ),
    [],
  )
  return { problem, attempt }
}
