import type { SyncState } from '../../sync/sync-state.ts'
import { asSentence, countWords } from './count-words.ts'
import { agoWords, untilWords } from './time-words.ts'

export type StatusTone = 'calm' | 'good' | 'busy' | 'warn' | 'bad'

export interface StatusWords {
  readonly text: string
  readonly tone: StatusTone
}

/** What has not been settled, whatever the reason. */
function countUnsettled({ pending, failed }: Pick<SyncState, 'pending' | 'failed'>): number {
  return pending + failed
}

/** The words of the status of all records: never more than the state says (P4). */
export function describeSync(state: SyncState): StatusWords {
  const unsettled = countUnsettled(state)
  switch (state.status) {
    case 'paused':
      return { text: pausedWords(state), tone: 'calm' }
    case 'offline':
      return { text: unsettled > 0 ? `Offline · ${unsettled} waiting` : 'Offline', tone: 'warn' }
    case 'syncing':
      return { text: state.total > 0 ? `Syncing… ${state.current} of ${state.total}` : 'Syncing…', tone: 'busy' }
    case 'upToDate':
      // A claim is only made where the counts agree with it.
      return unsettled > 0
        ? { text: `${countWords(unsettled, 'change')} not synced`, tone: 'warn' }
        : { text: 'Up to date', tone: 'good' }
    case 'error':
      return { text: unsettled > 0 ? `Cannot sync · ${unsettled} waiting` : 'Cannot sync', tone: 'bad' }
  }
}

/** Held back is not switched off: it goes on by itself, or at once with "Sync now". */
function pausedWords({ heldBack, pending, failed }: SyncState): string {
  const unsettled = countUnsettled({ pending, failed })
  if (heldBack !== undefined) return unsettled > 0 ? `Held back · ${unsettled} waiting` : 'Held back'
  return unsettled > 0 ? `On this device only · ${countWords(unsettled, 'change')}` : 'On this device only'
}

/** The small print under the status: when, what next, what stands in the way. */
export function describeSyncDetail(state: SyncState, now: number): string {
  const parts = [
    obstacleOf(state),
    heldBackWords(state),
    state.nextRetryAt === undefined ? undefined : `Tries again ${untilWords(state.nextRetryAt, now)}.`,
    // Where it is not known there is nothing to say: that is not the same as never.
    state.lastSyncedAt === undefined ? undefined : `Last synced ${agoWords(state.lastSyncedAt, now)}.`,
  ]
  return parts.flatMap((part) => (part === undefined || part === '' ? [] : [asSentence(part)])).join(' ')
}

/** That there is no network, or that the person switched it off, is what the status says already. */
function obstacleOf({ status, lastError }: SyncState): string | undefined {
  if (status !== 'error' && status !== 'offline') return undefined
  return lastError?.code === 'OFFLINE' ? undefined : lastError?.message
}

/** What waits although it could go, and why. */
function heldBackWords({ status, heldBack }: SyncState): string | undefined {
  if (heldBack === undefined || status === 'offline') return undefined
  return heldBack.count === 0 ? heldBack.reason : `${countWords(heldBack.count, 'change')} held back. ${heldBack.reason}`
}
