import type { ReactElement } from 'react'

/** What went wrong with the last thing that was pressed. */
export function Problem({ problem }: { readonly problem: string | undefined }): ReactElement | undefined {
  return problem === undefined ? undefined : (
    <p className="rejoin-problem" role="alert">
      {problem}
    </p>
  )
}
