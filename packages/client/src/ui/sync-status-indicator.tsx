import type { HTMLAttributes, ReactElement } from 'react'
import { useSyncState } from '../react/use-sync-state.ts'
import type { SyncState } from '../sync/sync-state.ts'
import { Icon, type IconName } from './icon.tsx'
import { describeSync } from './words/sync-words.ts'

const icons: Readonly<Record<SyncState['status'], IconName>> = {
  offline: 'offline',
  syncing: 'saving',
  upToDate: 'stored',
  error: 'alert',
  paused: 'device',
}

/** How all records stand with the server, in an icon and in words; changes are announced politely. */
export function SyncStatusIndicator({ className = '', ...rest }: HTMLAttributes<HTMLElement>): ReactElement {
  const state = useSyncState()
  const { text, tone } = describeSync(state)
  return (
    <div
      data-testid="sync-status"
      title={state.lastError?.message}
      {...rest}
      className={`rejoin-status rejoin-tone-${tone} ${className}`}
      role="status"
      aria-live="polite"
      data-status={state.status}
      data-pending={state.pending}
      data-attention={state.attention}
    >
      <Icon name={state.status === 'paused' && state.heldBack !== undefined ? 'waiting' : icons[state.status]} />
      <span>{text}</span>
    </div>
  )
}
