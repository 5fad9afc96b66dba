import type { Client, SetAsideCopy } from '@rejoin/client'
import { ToastCard, useAttempt } from '@rejoin/client/ui'
import { useState } from 'react'
import { Icon } from '../chrome/icons.tsx'
import { exportCopy } from './export-copy.ts'

/** A copy of a drawing that was set aside, to be kept as a file or given up. */
export function SetAsideCard({ client, copy }: { client: Client; copy: SetAsideCopy }) {
  const [isSure, setSure] = useState(false)
  const { problem, attempt } = useAttempt()
  return (
    <ToastCard
      icon="alert"
      tone="warn"
      title={`A copy of “${copy.name.replace(/^canvas\//, '')}” was set aside`}
      testId="set-aside"
    >
      <p>{problem ?? copy.reason.message}</p>
      <div className="rejoin-actions">
        <button
          type="button"
          className="rejoin-button"
          data-testid="export-copy"
          onClick={() => void attempt(exportCopy(client, copy))}
        >
          <Icon name="download" size={16} /> Export
        </button>
        {isSure ? (
          <button
            type="button"
            className="rejoin-button rejoin-danger"
            onClick={() => void attempt(client.documents.discardSetAside(copy.id))}
          >
            Discard for ever
          </button>
        ) : (
          <button type="button" className="rejoin-button" onClick={() => setSure(true)}>
            Discard…
          </button>
        )}
      </div>
    </ToastCard>
  )
}
