import type { ReactElement } from 'react'
import { useOutbox } from '../react/use-outbox.ts'
import { useNow } from './use-now.ts'
import { usePriorities } from './use-priorities.ts'
import { useSyncActivity } from '../react/use-sync-activity.ts'
import { itemsPerMinute, sortByPriority, type PriorityLot } from './words/priority-lots.ts'
import { durationWords } from './words/time-words.ts'

const levelWords: Readonly<Record<PriorityLot['level'], string>> = { HIGH: 'High', NORMAL: 'Normal', LOW: 'Low' }
const waitWords = (ms: number | undefined): string => (ms === undefined ? '–' : durationWords(ms))

/** The outbox by urgency: how much, how long it has been waiting, and how fast it goes. */
export function OutboxPriorities(): ReactElement {
  const lots = sortByPriority(useOutbox(), useNow(), usePriorities().thresholds)
  const rate = itemsPerMinute(useSyncActivity())
  return (
    <>
      <table className="rejoin-table" data-testid="priority-lots">
        <thead>
          <tr>
            <th scope="col">Priority</th>
            <th scope="col">Waiting</th>
            <th scope="col">Longest</th>
            <th scope="col">On average</th>
          </tr>
        </thead>
        <tbody>
          {lots.map(({ level, count, longestWaitMs, averageWaitMs }) => (
            <tr key={level} data-level={level} data-count={count}>
              <th scope="row">{levelWords[level]}</th>
              <td>{count}</td>
              <td>{waitWords(longestWaitMs)}</td>
              <td>{waitWords(averageWaitMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="rejoin-quiet" data-testid="rate">
        {rate === undefined ? 'No run has settled anything yet.' : `About ${Math.round(rate)} changes a minute while syncing.`}
      </p>
    </>
  )
}
