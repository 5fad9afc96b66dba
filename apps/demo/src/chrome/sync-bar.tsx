import type { Client } from '@rejoin/client'
import { useSyncState } from '@rejoin/client/react'
import { SyncStatusIndicator } from '@rejoin/client/ui'
import { useState } from 'react'
import type { Place } from '../room/place.ts'
import { useStock } from '../stock/view/stock-context.ts'
import { useSyncEnabled } from '../stock/view/use-stock-data.ts'
import { TryButton } from '../try-it/try-button.tsx'
import { IconButton } from './icon-button.tsx'
import { AppMark } from './icons.tsx'
import { OfflineSwitch } from './offline-switch.tsx'
import { PlaceNav } from './place-nav.tsx'

function SyncNow() {
  const { client, attempt } = useStock()
  const [isRunning, setRunning] = useState(false)
  const run = async () => {
    setRunning(true)
    await attempt(client.sync.syncNow())
    setRunning(false)
  }
  if (!useSyncEnabled(client)) return undefined
  return (
    <div className="panel single">
      <IconButton icon="saving" label="Sync now" data-testid="sync-now" disabled={isRunning} onClick={() => void run()} />
    </div>
  )
}

interface Properties {
  readonly place: Place['type']
  readonly switchable: Pick<Client, 'isOnline' | 'setOnline'>
  readonly roomHash: string
}

/** The bar over pages of records: where one is, and how they stand with the server. */
export function SyncBar({ place, switchable, roomHash }: Properties) {
  const { attention } = useSyncState()
  return (
    <header className="top-bar stock-bar">
      <div className="room panel">
        <AppMark />
        <PlaceNav place={place} roomHash={roomHash} attention={attention} />
      </div>
      <div className="connection">
        <SyncStatusIndicator className="status-chip panel" data-testid="sync-chip" />
        <SyncNow />
        <OfflineSwitch client={switchable} />
      </div>
      {place === 'stock' ? (
        <div className="company panel">
          <TryButton />
        </div>
      ) : undefined}
    </header>
  )
}
