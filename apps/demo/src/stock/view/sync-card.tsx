import type { OutboxEntry, SyncState } from '@rejoin/client'
import { useState } from 'react'
import { Icon } from '../../chrome/icons.tsx'
import { downloadFile } from '../../sync/download-file.ts'
import { describeOutboxEntry } from '../../sync/outbox-words.ts'
import { describeSyncDetail } from '../../sync/sync-words.ts'
import { Card } from './card.tsx'
import { useStock } from './stock-context.ts'

/** The person's consent: without it nothing of the stock room leaves the device. */
function SyncSwitch({ isEnabled }: { isEnabled: boolean }) {
  const { client, attempt } = useStock()
  const [isChanging, setChanging] = useState(false)
  const toggle = async () => {
    setChanging(true)
    await attempt(isEnabled ? client.sync.disable() : client.sync.enable())
    setChanging(false)
  }
  return (
    <button
      type="button"
      className="sync-switch"
      role="switch"
      aria-checked={isEnabled}
      disabled={isChanging}
      data-testid="sync-switch"
      onClick={() => void toggle()}
    >
      <span className="switch-track" aria-hidden="true">
        <span className="switch-thumb" />
      </span>
      <span>
        <strong>Sync this device</strong>
        <span className="explanation">
          {isEnabled
            ? 'Changes are sent as soon as there is a network.'
            : 'Off: everything works here, and nothing leaves this device.'}
        </span>
      </span>
    </button>
  )
}

function Counts({ state }: { state: SyncState }) {
  const counts = [
    { label: 'waiting', value: state.pending, name: 'pending' },
    { label: 'failed', value: state.failed, name: 'failed' },
    { label: 'need you', value: state.attention, name: 'attention' },
  ]
  return (
    <dl className="counts">
      {counts.map(({ label, value, name }) => (
        <div key={name} data-testid={`count-${name}`} data-count={value} className={value > 0 ? 'some' : undefined}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Most entries that are listed; the file has them all. */
const entriesMax = 50

function OutboxList({ entries, now }: { entries: readonly OutboxEntry[]; now: number }) {
  const { client, nameOf, attempt } = useStock()
  if (entries.length === 0) return undefined
  const save = async () => downloadFile('unsent-changes.json', await client.outbox.export())
  return (
    <details className="outbox" data-testid="outbox">
      <summary>
        {entries.length === 1 ? '1 change waits for the server' : `${entries.length} changes wait for the server`}
      </summary>
      <ol>
        {entries.slice(0, entriesMax).map((entry) => {
          const { title, detail } = describeOutboxEntry(entry, nameOf, now)
          return (
            <li key={entry.entryId} data-testid="outbox-entry" data-state={entry.state}>
              <span>{title}</span>
              <span className="quiet">{detail}</span>
            </li>
          )
        })}
      </ol>
      {entries.length > entriesMax ? <p className="quiet">and {entries.length - entriesMax} more</p> : undefined}
      <button type="button" className="button small" data-testid="export-outbox" onClick={() => void attempt(save())}>
        <Icon name="download" size={15} /> Save as a file
      </button>
    </details>
  )
}

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

interface Properties {
  readonly state: SyncState
  readonly isEnabled: boolean
  readonly entries: readonly OutboxEntry[]
  readonly now: number
}

/** How things stand with the server, in numbers, and the person's hand on it. */
export function SyncCard({ state, isEnabled, entries, now }: Properties) {
  const detail = describeSyncDetail(state, now)
  const isRunning = state.status === 'syncing' && state.total > 0
  return (
    <Card title="Sync" testId="sync-card" className="sync">
      <SyncSwitch isEnabled={isEnabled} />
      <Counts state={state} />
      {isRunning ? <progress aria-label="Changes synced" max={state.total} value={state.current} /> : undefined}
      {isEnabled && detail !== '' ? (
        <p className="quiet" data-testid="sync-detail">
          {detail}
        </p>
      ) : undefined}
      <OutboxList entries={entries} now={now} />
      {isEnabled ? <ConflictLesson /> : undefined}
    </Card>
  )
}
