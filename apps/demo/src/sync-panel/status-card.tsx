import { BackgroundSyncNotice, SyncProgress } from '@rejoin/client/ui'
import { Card } from '../stock/view/card.tsx'
import { useStock } from '../stock/view/stock-context.ts'
import { SyncCounts } from '../stock/view/sync-counts.tsx'
import { SyncSwitch } from '../stock/view/sync-switch.tsx'
import { useSyncEnabled } from '../stock/view/use-stock-data.ts'

/** How things stand, and the run under way with every change by name. */
export function StatusCard() {
  const { client } = useStock()
  const isEnabled = useSyncEnabled(client)
  return (
    <Card title="This device" testId="status-card" className="sync">
      <SyncSwitch />
      <SyncCounts />
      {isEnabled ? <SyncProgress variant="detailed" className="card-progress" /> : undefined}
      {isEnabled ? <BackgroundSyncNotice className="card-progress" /> : undefined}
    </Card>
  )
}
