import type { RecordTables } from '../record-database/record-database.ts'
import type { Priorities } from './priorities.ts'
import { scoreOfRequest } from './request-queue.ts'
import { requestEntryOf, requestRowOf } from './request-rows.ts'

/** What was never sent of the app's own requests, which are few. What cannot be read is set aside when its turn comes. */
export async function rescoreRequests({ requests }: Pick<RecordTables, 'requests'>, { rules }: Priorities): Promise<void> {
  const ready = await requests.range({ index: 'state', from: 'ready', to: 'ready' })
  const changed = ready.flatMap((row) => {
    const entry = requestEntryOf(row)
    if (entry === undefined || entry.firstSentAt !== undefined) return []
    const score = scoreOfRequest(entry.request, rules)
    return score === entry.score ? [] : [requestRowOf({ ...entry, score })]
  })
  if (changed.length > 0) await requests.bulkPut(changed)
}
