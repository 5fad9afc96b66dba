import { z } from 'zod'
import type { RecordTables } from '../record-database/record-database.ts'
import type { ReplayLane } from '../sync/replay-lane.ts'
import type { OutboxCounts } from '../sync/sync-store.ts'
import type { CapturedRequest } from './outbox-entry.ts'
import { levelOf } from './priority.ts'
import type { Priorities } from './priorities.ts'
import { highestScoreOf, readLaneHeads, type LaneHead } from './request-rows.ts'

interface Times {
  readonly now: number
  /** What is to be sent later than this was planned by another clock, and is due. */
  readonly until: number
}

/** The counts with the requests of the app among them, and what of these is next. */
export async function withRequests(
  tables: RecordTables,
  { thresholds }: Pick<Priorities, 'thresholds'>,
  {
    times,
    operations,
    requestCount,
    mayReplay,
  }: {
    readonly times: Times
    readonly operations: OutboxCounts
    readonly requestCount: number
    /** A lane whose first it says no to waits for more than its turn: it is not among those that are next. */
    readonly mayReplay: (request: CapturedRequest) => boolean
  },
): Promise<OutboxCounts> {
  const { requests } = tables
  const count = (state: string): Promise<number> => requests.count({ index: 'state', from: state, to: state })
  const [sent, failed, parked, first] = await Promise.all([count('sent'), count('failed'), count('parked'), firstFree(tables)])
  const lanes: { readonly place: Place; readonly replay: ReplayLane }[] = []
  for (const head of await readLaneHeads(tables)) {
    const { entry } = head
    if (entry?.state === 'failed' || entry?.state === 'parked') continue
    if (entry !== undefined && !mayReplay(entry.request)) continue
    const place = { score: await highestScoreOf(tables, head.lane), entryId: entry?.entryId ?? 0 }
    const replay: ReplayLane = {
      lane: head.lane,
      level: levelOf(place.score, thresholds),
      waiting: await requests.count({ index: '[lane+entryId]', from: [head.lane, 0], to: [head.lane, Infinity] }),
      wasSent: entry?.firstSentAt !== undefined,
      isAhead: first !== undefined && comparePlaces(place, first) < 0,
      nextRetryAt: plannedAt(head, times),
    }
    lanes.push({ place, replay })
  }
  return {
    ...operations,
    pending: operations.pending + requestCount - failed - parked,
    inFlight: operations.inFlight + sent,
    failed: operations.failed + failed + parked,
    replays: lanes.toSorted((left, right) => comparePlaces(left.place, right.place)).map(({ replay }) => replay),
  }
}

function plannedAt({ entry }: LaneHead, { now, until }: Times): number | undefined {
  const at = entry?.nextRetryAt
  return at !== undefined && at > now && at <= until ? at : undefined
}

interface Place {
  readonly score: number
  readonly entryId: number
}

const firstSchema = z.object({ order: z.number(), entryId: z.number() })

/** Of the operations that may be sent now. */
async function firstFree({ outbox }: RecordTables): Promise<Place | undefined> {
  const [row] = await outbox.range({ index: '[lot+order]', from: ['free', -Infinity], to: ['free', Infinity], limit: 1 })
  const first = firstSchema.safeParse(row).data
  return first && { score: -first.order, entryId: first.entryId }
}

/** By score, then age. */
function comparePlaces(left: Place, right: Place): number {
  return right.score - left.score || left.entryId - right.entryId
}
