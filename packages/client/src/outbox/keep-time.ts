import { z } from 'zod'
import type { RecordTables } from '../record-database/record-database.ts'
import { clockOffsetOf } from './clock-sample.ts'
import { readMeta, writeMeta } from './meta-value.ts'

/**
 * The server's time as far as the device knows it, ms since the epoch: for what is kept now. While something waits it does not go back, whatever
 * becomes of the clock and of what is known of the server's: a later change would lose to an earlier one of the same person.
 */
export async function nextKeepTime(tables: RecordTables, now: number): Promise<number> {
  const serverNow = now + (await clockOffsetOf(tables))
  const isFirst = (await tables.requests.count({})) === 0
  const lastKeptAt = isFirst ? undefined : await readMeta(tables, 'keptAt', z.number())
  const keptAt = Math.max(serverNow, lastKeptAt ?? serverNow)
  await writeMeta(tables, 'keptAt', keptAt)
  return keptAt
}
