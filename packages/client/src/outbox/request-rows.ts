import { z } from 'zod'
import type { RecordTables } from '../record-database/record-database.ts'
import type { IndexKey } from '../record-database/row-key.ts'
import { requestBodyRowSchema, requestRowSchema, type RequestRow } from '../record-database/record-rows.ts'
import type { CapturedRequest, RequestEntry } from './outbox-entry.ts'

/** The entry with what it is found by. */
export function requestRowOf(entry: RequestEntry): RequestRow {
  return { ...entry, lane: entry.request.lane, order: -entry.score }
}

export function requestEntryOf(row: unknown): RequestEntry | undefined {
  const parsed = requestRowSchema.safeParse(row)
  if (!parsed.success) return undefined
  const { lane: _lane, order: _order, ...entry } = parsed.data
  return entry
}

/** What cannot be read is left out: it is set aside when the device starts, and when its turn comes. */
export function parseRequests(rows: readonly unknown[]): readonly RequestEntry[] {
  return rows.flatMap((row) => requestEntryOf(row) ?? [])
}

/** What is first in a lane. */
export interface LaneHead {
  readonly lane: string
  /** As it is stored. */
  readonly row: unknown
  /** `undefined` where it cannot be read. */
  readonly entry: RequestEntry | undefined
}

const laneSchema = z.object({ lane: z.string() })
const laneIndex = '[lane+entryId]'

/** The first of each lane, by one look-up a lane, however much waits behind it. */
export async function readLaneHeads({ requests }: Pick<RecordTables, 'requests'>): Promise<readonly LaneHead[]> {
  const heads: LaneHead[] = []
  // What is no text is no lane: numbers come before all texts, lists after them. Such a row is set aside when the device starts.
  let after: IndexKey = ['', -Infinity]
  for (;;) {
    const [row] = await requests.range({ index: laneIndex, from: after, isFromOpen: true, limit: 1 })
    const { success, data } = laneSchema.safeParse(row)
    if (!success) return heads
    const { lane } = data
    heads.push({ lane, row, entry: requestEntryOf(row) })
    after = [lane, Infinity]
  }
}

export async function readLaneHead({ requests }: Pick<RecordTables, 'requests'>, lane: string): Promise<LaneHead | undefined> {
  const [row] = await requests.range({ index: laneIndex, from: [lane, 0], to: [lane, Infinity], limit: 1 })
  return row === undefined ? undefined : { lane, row, entry: requestEntryOf(row) }
}

const orderSchema = z.object({ order: z.number() })

/** What comes later in a lane lifts all that has to go before it. */
export async function highestScoreOf({ requests }: Pick<RecordTables, 'requests'>, lane: string): Promise<number> {
  const [row] = await requests.range({ index: '[lane+order]', from: [lane, -Infinity], to: [lane, Infinity], limit: 1 })
  return -(orderSchema.safeParse(row).data?.order ?? 0)
}

/** The bytes of a body; `undefined` where there is none, `missing` where there should be. */
export async function readBody(
  { requestBodies }: Pick<RecordTables, 'requestBodies'>,
  { body }: Pick<CapturedRequest, 'body'>,
): Promise<Uint8Array<ArrayBuffer> | 'missing' | undefined> {
  if (body === undefined) return undefined
  const row = requestBodyRowSchema.safeParse(await requestBodies.get(body.bodyId))
  if (!row.success || row.data.bytes.byteLength !== body.byteCount) return 'missing'
  return row.data.bytes
}

export async function deleteBody(
  { requestBodies }: Pick<RecordTables, 'requestBodies'>,
  { body }: Pick<CapturedRequest, 'body'>,
): Promise<void> {
  if (body !== undefined) await requestBodies.bulkDelete([body.bodyId])
}
