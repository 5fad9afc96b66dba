import { isBusy } from './link-live.ts'
import type { LinkConnection, LinkState, LiveConnection } from './link-state.ts'
import type { DocumentState, DocumentStatus } from './open-document.ts'
import { hasPending, isOnDevice } from './ordinal-ledger.ts'

/** What a person is shown of a link. Derived, never stored, so that it cannot be out of step. */
export function documentStateOf(state: LinkState): DocumentState {
  return {
    status: statusOf(state),
    isOnDevice: isOnDevice(state.ledger),
    hasUnstored: hasPending(state.ledger),
    reason: reasonOf(state),
  }
}

function statusOf(state: LinkState): DocumentStatus {
  const { connection, refusal, ledger } = state
  if (connection.phase === 'gone' || connection.phase === 'stopped') return 'unavailable'
  if (refusal !== undefined) return 'refused'
  if (connection.phase !== 'live') return 'offline'
  if (connection.access === 'read' && connection.isSynced) return 'readOnly'
  return isStored(state, connection) && (isOnDevice(ledger) || !ledger.canTell) ? 'stored' : 'saving'
}

function isStored(state: LinkState, live: LiveConnection): boolean {
  return live.isStep2Accepted && !isBusy(state, live)
}

function reasonOf({ connection, refusal, ledger }: LinkState): string | undefined {
  if (connection.phase === 'gone' || connection.phase === 'stopped') return connection.reason.message
  return refusal?.message ?? connectionMessage(connection) ?? ledger.deviceTrouble
}

function connectionMessage(connection: LinkConnection): string | undefined {
  return 'message' in connection ? connection.message : undefined
}

/** Keeps the object of the state that did not change, as subscribers compare by identity. */
export function sameStateOr(previous: DocumentState, next: DocumentState): DocumentState {
  const isSame =
    previous.status === next.status &&
    previous.isOnDevice === next.isOnDevice &&
    previous.hasUnstored === next.hasUnstored &&
    previous.reason === next.reason
  return isSame ? previous : next
}
