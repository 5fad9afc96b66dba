import type { SyncState } from '@rejoin/client'
import { describeSync } from '../sync/sync-words.ts'
import type { IconName } from './icons.tsx'
import { Icon } from './icons.tsx'

const icons: Readonly<Record<SyncState['status'], IconName>> = {
  offline: 'offline',
  syncing: 'saving',
  upToDate: 'stored',
  error: 'alert',
  paused: 'device',
}

/** How all records stand with the server, in an icon and in words. */
export function SyncChip({ state }: { state: SyncState }) {
  const { text, tone } = describeSync(state)
  return (
    <div
      className={`status-chip panel tone-${tone}`}
      role="status"
      aria-live="polite"
      data-testid="sync-chip"
      data-status={state.status}
      data-pending={state.pending}
      data-attention={state.attention}
      title={state.lastError?.message}
    >
      <Icon name={icons[state.status]} size={18} />
      <span>{text}</span>
    </div>
  )
}
