import type { Client, SyncState } from '@rejoin/client'
import { useState } from 'react'
import { IconButton } from '../../chrome/icon-button.tsx'
import { AppMark } from '../../chrome/icons.tsx'
import { OfflineSwitch } from '../../chrome/offline-switch.tsx'
import { PlaceNav } from '../../chrome/place-nav.tsx'
import { SyncChip } from '../../chrome/sync-chip.tsx'
import { useStock } from './stock-context.ts'

function SyncNow({ isEnabled }: { isEnabled: boolean }) {
  const { client, attempt } = useStock()
  const [isRunning, setRunning] = useState(false)
  const run = async () => {
    setRunning(true)
    await attempt(client.sync.syncNow())
    setRunning(false)
  }
  if (!isEnabled) return undefined
  return (
    <div className="panel single">
      <IconButton icon="saving" label="Sync now" data-testid="sync-now" disabled={isRunning} onClick={() => void run()} />
    </div>
  )
}

interface Properties {
  readonly switchable: Pick<Client, 'isOnline' | 'setOnline'>
  readonly state: SyncState
  readonly isEnabled: boolean
  readonly roomHash: string
}

export function StockBar({ switchable, state, isEnabled, roomHash }: Properties) {
  return (
    <header className="top-bar stock-bar">
      <div className="room panel">
        <AppMark />
        <PlaceNav place="stock" roomHash={roomHash} attention={state.attention} />
      </div>
      <div className="connection">
        <SyncChip state={state} />
        <SyncNow isEnabled={isEnabled} />
        <OfflineSwitch client={switchable} />
      </div>
    </header>
  )
}
