import type { Client, SetAsideCopy } from '@rejoin/client'
import { useAttention, useSyncStatus } from '@rejoin/client/react'
import { useEffect, useState } from 'react'
import { Icon } from '../chrome/icons.tsx'
import type { DemoClient } from '../demo-client.ts'
import type { Flash } from '../stock/view/stock-context.ts'
import { exportCopy } from './export-copy.ts'
import { FlashNotice, RecordNotices } from './record-notices.tsx'
import { describeTrouble } from './trouble-words.ts'

/** Copies that were set aside on this device, read again whenever their number changes. */
function useSetAside(client: Client): { copies: readonly SetAsideCopy[]; error: string | undefined } {
  const { setAsideCopies } = useSyncStatus()
  const [copies, setCopies] = useState<readonly SetAsideCopy[]>([])
  const [error, setError] = useState<string>()
  useEffect(() => {
    let isCurrent = true
    client.documents.listSetAside().then(
      (list) => {
        if (isCurrent) setCopies(list)
      },
      (reason: unknown) => {
        if (isCurrent) setError(reason instanceof Error ? reason.message : String(reason))
      },
    )
    return () => {
      isCurrent = false
    }
  }, [client, setAsideCopies])
  return { copies, error }
}

function SetAsideNotice({ client, copy }: { client: Client; copy: SetAsideCopy }) {
  const [isSure, setSure] = useState(false)
  const [problem, setProblem] = useState<string>()
  const attempt = (work: Promise<unknown>) =>
    work.catch((reason: unknown) => setProblem(reason instanceof Error ? reason.message : String(reason)))
  return (
    <li className="notice panel" data-testid="set-aside">
      <Icon name="alert" />
      <div>
        <strong>A copy of “{copy.name.replace(/^canvas\//, '')}” was set aside</strong>
        <p>{problem ?? copy.reason.message}</p>
        <div className="notice-actions">
          <button type="button" data-testid="export-copy" onClick={() => void attempt(exportCopy(client, copy))}>
            <Icon name="download" size={16} /> Export
          </button>
          {isSure ? (
            <button type="button" className="danger" onClick={() => void attempt(client.documents.discardSetAside(copy.id))}>
              Discard for ever
            </button>
          ) : (
            <button type="button" onClick={() => setSure(true)}>
              Discard…
            </button>
          )}
        </div>
      </div>
    </li>
  )
}

/** Troubles of the local database, the latest only. */
function useTrouble(client: Client): [string | undefined, () => void] {
  const [trouble, setTrouble] = useState<string>()
  useEffect(() => client.onTrouble((next) => setTrouble(describeTrouble(next))), [client])
  return [trouble, () => setTrouble(undefined)]
}

interface Properties {
  readonly client: DemoClient
  readonly flash: Flash | undefined
  readonly onFlashClose: () => void
}

/** What a person has to know or decide; never in the way of what they do. */
export function Notices({ client, flash, onFlashClose }: Properties) {
  const { items } = useAttention()
  const { copies, error } = useSetAside(client)
  const [trouble, dismissTrouble] = useTrouble(client)
  const message = trouble ?? error
  return (
    <ul className="notices" aria-live="polite" aria-label="Notices">
      {message ? (
        <li className="notice panel" data-testid="trouble">
          <Icon name="alert" />
          <div>
            <strong>This device</strong>
            <p>{message}</p>
          </div>
          <button type="button" className="icon-button" aria-label="Dismiss" onClick={dismissTrouble}>
            <Icon name="close" size={16} />
          </button>
        </li>
      ) : undefined}
      {flash ? <FlashNotice flash={flash} onClose={onFlashClose} /> : undefined}
      <RecordNotices items={items} />
      {copies.map((copy) => (
        <SetAsideNotice key={copy.id} client={client} copy={copy} />
      ))}
    </ul>
  )
}
