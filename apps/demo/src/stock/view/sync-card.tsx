import { SyncProgress } from '@rejoin/client/ui'
import { syncHash } from '../../room/place.ts'
import { showTry } from '../../try-it/try-open.ts'
import { Card } from './card.tsx'
import { useStock } from './stock-context.ts'
import { SyncCounts } from './sync-counts.tsx'
import { SyncSwitch } from './sync-switch.tsx'
import { useSyncEnabled } from './use-stock-data.ts'

/** Leads to the walk through one: two tabs of one browser are one device, so a visitor needs to be told where to find a second one. */
function ConflictLesson() {
  return (
    <button type="button" className="button small lesson" data-testid="conflict-lesson" onClick={() => showTry(true)}>
      See a conflict being settled
    </button>
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
