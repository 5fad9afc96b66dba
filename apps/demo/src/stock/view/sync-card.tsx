import { SyncProgress } from '@rejoin/client/ui'
import { syncHash } from '../../room/place.ts'
import { Card } from './card.tsx'
import { useStock } from './stock-context.ts'
import { SyncCounts } from './sync-counts.tsx'
import { SyncSwitch } from './sync-switch.tsx'
import { useSyncEnabled } from './use-stock-data.ts'

/** Two tabs of one browser are one device, so a visitor needs to be told where to find a second one. */
function ConflictLesson() {
  return (
    <details className="lesson" data-testid="conflict-lesson">
      <summary>See a conflict being settled</summary>
      <ol>
        <li>Open this page in a private window too, and switch on “Sync this device”.</li>
        <li>Switch both windows to “Work offline”.</li>
        <li>Change the same price in both, and book a movement in each.</li>
        <li>Switch both back: one price stays, the other is kept under “Needs you”, and both movements count.</li>
      </ol>
    </details>
  )
}

/** How things stand with the server, in short; the sync panel has it at length. */
export function SyncCard() {
  const { client } = useStock()
  const isEnabled = useSyncEnabled(client)
  return (
    <Card
      title="Sync"
      testId="sync-card"
      className="sync"
      actions={
        <a className="button small" href={syncHash}>
          Details
        </a>
      }
    >
      <SyncSwitch />
      <SyncCounts />
      {isEnabled ? <SyncProgress variant="detailed" className="card-progress" /> : undefined}
      {isEnabled ? <ConflictLesson /> : undefined}
    </Card>
  )
}
