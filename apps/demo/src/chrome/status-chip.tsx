import type { DocumentState, DocumentStatus } from '@rejoin/client'
import { describeStatus } from '../sync/status-words.ts'
import type { IconName } from './icons.tsx'
import { Icon } from './icons.tsx'

const icons: Readonly<Record<DocumentStatus, IconName>> = {
  loading: 'saving',
  offline: 'offline',
  saving: 'saving',
  stored: 'stored',
  readOnly: 'readOnly',
  refused: 'alert',
  unavailable: 'alert',
}

/** Where the drawing is safe, in an icon and in words. */
export function StatusChip({ state }: { state: DocumentState }) {
  const { text, tone } = describeStatus(state)
  return (
    <div
      className={`status-chip panel tone-${tone}`}
      role="status"
      aria-live="polite"
      data-testid="status-chip"
      data-status={state.status}
      data-on-device={state.isOnDevice}
      data-unstored={state.hasUnstored}
      title={state.reason}
    >
      <Icon name={icons[state.status]} size={18} />
      <span>{text}</span>
    </div>
  )
}
