import { z } from 'zod'
import type { RecordTables } from '../record-database/record-database.ts'
import { readMeta } from './meta-value.ts'

export const clockSampleSchema = z.strictObject({ offsetMs: z.number(), roundTripMs: z.number() })
export type ClockSample = z.infer<typeof clockSampleSchema>

/** A sample that was not replaced counts as this much slower each time: clocks drift, and the best of last month says little of today. */
const ageing = 1.1

/** The better of two: by the shorter round trip, which bounds how wrong it can be. */
export function takeClockSample(best: ClockSample | undefined, sample: ClockSample): ClockSample {
  if (best === undefined || sample.roundTripMs <= best.roundTripMs)
    return { offsetMs: sample.offsetMs, roundTripMs: sample.roundTripMs }
  return { ...best, roundTripMs: best.roundTripMs * ageing }
}

/** Server minus device, ms; 0 before a server was met. */
export async function clockOffsetOf(tables: Pick<RecordTables, 'meta'>): Promise<number> {
  return (await readMeta(tables, 'clock', clockSampleSchema))?.offsetMs ?? 0
}
