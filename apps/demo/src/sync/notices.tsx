import type { Client, SetAsideCopy } from '@rejoin/client'
import { useSyncStatus } from '@rejoin/client/react'
import { SyncToasts, syncToasterId, ToastCard } from '@rejoin/client/ui'
import { useEffect } from 'react'
import { toast } from 'sonner'
import { syncHash, type Place } from '../room/place.ts'
import { SetAsideCard } from './set-aside-card.tsx'
import { describeTrouble } from './trouble-words.ts'

const troubleId = 'trouble'

/** Troubles of the local database, the latest only. */
function showTrouble(message: string): void {
  const card = (
    <ToastCard icon="alert" tone="warn" title="This device" testId="trouble">
      <p>{message}</p>
      <div className="rejoin-actions">
        <button type="button" className="rejoin-button" onClick={() => void toast.dismiss(troubleId)}>
          Dismiss
        </button>
      </div>
    </ToastCard>
  )
  toast.custom(() => card, { id: troubleId, toasterId: syncToasterId, duration: Infinity })
}

/** Copies that were set aside on this device, read again whenever their number changes; each stays until it was dealt with. */
function useSetAsideToasts(client: Client): void {
  const { setAsideCopies } = useSyncStatus()
  useEffect(() => {
    const shown: string[] = []
    let isCurrent = true
    const show = (copy: SetAsideCopy) => {
      const id = `set-aside-${copy.id}`
      shown.push(id)
      toast.custom(() => <SetAsideCard client={client} copy={copy} />, {
        id,
        toasterId: syncToasterId,
        duration: Infinity,
        dismissible: false,
      })
    }
    client.documents.listSetAside().then(
      (copies) => {
        if (isCurrent) copies.forEach(show)
      },
      (reason: unknown) => showTrouble(reason instanceof Error ? reason.message : String(reason)),
    )
    return () => {
      isCurrent = false
      for (const id of shown) toast.dismiss(id)
    }
  }, [client, setAsideCopies])
}

const review = () => {
  location.hash = syncHash
}

/** Clear of the bars of each place, and far from the list of the same matters. */
const corners = {
  room: { position: 'top-right', offset: { top: 74, right: 14 }, mobileOffset: { top: 170, left: 10, right: 10 } },
  stock: { position: 'bottom-left', offset: 14, mobileOffset: 10 },
  sync: { position: 'bottom-right', offset: 14, mobileOffset: 10 },
} as const

/** What a person has to know or decide; never in the way of what they do. */
export function Notices({ client, place }: { client: Client; place: Place['type'] }) {
  useSetAsideToasts(client)
  useEffect(() => client.onTrouble((trouble) => showTrouble(describeTrouble(trouble))), [client])
  return <SyncToasts {...(place !== 'sync' && { onReview: review })} {...corners[place]} />
}
