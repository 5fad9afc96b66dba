import type { SyncState } from '@rejoin/client'
import type { StatusWords } from './status-words.ts'
import { agoWords, untilWords } from './time-words.ts'

const changes = (count: number): string => (count === 1 ? '1 change' : `${count} changes`)

/** What has not been settled, whatever the reason. */
function countUnsettled({ pending, failed }: Pick<SyncState, 'pending' | 'failed'>): number {
  return pending + failed
}

/** The words of the status of all records: never more than the state says. */
export function describeSync(state: SyncState): StatusWords {
  const unsettled = countUnsettled(state)
  switch (state.status) {
    case 'paused':
      return { text: unsettled > 0 ? `On this device only · ${changes(unsettled)}` : 'On this device only', tone: 'calm' }
    case 'offline':
      return { text: unsettled > 0 ? `Offline · ${unsettled} waiting` : 'Offline', tone: 'warn' }
    case 'syncing':
      return { text: state.total > 0 ? `Syncing… ${state.current} of ${state.total}` : 'Syncing…', tone: 'busy' }
    case 'upToDate':
      // A claim is only made where the counts agree with it.
      return unsettled > 0 ? { text: `${changes(unsettled)} not synced`, tone: 'warn' } : { text: 'Up to date', tone: 'good' }
    case 'error':
      return { text: unsettled > 0 ? `Cannot sync · ${unsettled} waiting` : 'Cannot sync', tone: 'bad' }
  }
}

/** The small print under the status: when, what next, what stands in the way. */
export function describeSyncDetail(state: SyncState, now: number): string {
  const parts = [
    obstacleOf(state),
    state.nextRetryAt === undefined ? undefined : `Tries again ${untilWords(state.nextRetryAt, now)}.`,
    // Where it is not known there is nothing to say: that is not the same as never.
    state.lastSyncedAt === undefined ? undefined : `Last synced ${agoWords(state.lastSyncedAt, now)}.`,
  ]
  return parts
    .filter((part) => part !== undefined && part !== '')
    .map(asSentence)
    .join(' ')
}

/** That there is no network, or that the person switched it off, is what the status says already. */
function obstacleOf({ status, lastError }: SyncState): string | undefined {
  if (status !== 'error' && status !== 'offline') return undefined
  return lastError?.code === 'OFFLINE' ? undefined : lastError?.message
}

function asSentence(text: string | undefined): string {
  const sentence = text ?? ''
  const capital = sentence.charAt(0).toUpperCase() + sentence.slice(1)
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`
}
