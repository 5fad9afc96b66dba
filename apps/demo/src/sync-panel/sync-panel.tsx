import { AttentionInbox, OutboxInspector, SyncActivityChart, SyncSettings } from '@rejoin/client/ui'
import { Fleet } from './fleet.tsx'
import { StatusCard } from './status-card.tsx'

/** Everything about syncing in one place: how it stands, what waits, what needs the person, and how it went. */
export function SyncPanel() {
  return (
    <main className="stock-room sync-panel" data-testid="sync-panel">
      <h1 className="visually-hidden">Sync</h1>
      <div className="panel-columns">
        <div className="panel-main">
          <StatusCard />
          <AttentionInbox
            whenEmpty={<p className="quiet">Nothing needs you. What cannot be settled by itself is kept here.</p>}
          />
          <OutboxInspector />
        </div>
        <div className="panel-side">
          <Fleet />
          <SyncActivityChart />
          <SyncSettings />
        </div>
      </div>
    </main>
  )
}
