import { fromIsoTime } from '../record-database/iso-time.ts'

/**
 * What an answer says of the difference server - device, in ms: its time was read half a round trip before it arrived, give or take that
 * half. The store keeps the best sample, and operations are stamped with it when they are made.
 */
export function clockSampleOf(answer: {
  readonly serverTime: string
  readonly roundTripMs: number
  readonly receivedAt: number
}): {
  readonly offsetMs: number
  readonly roundTripMs: number
} {
  const { serverTime, roundTripMs, receivedAt } = answer
  return { offsetMs: fromIsoTime(serverTime) + roundTripMs / 2 - receivedAt, roundTripMs }
}
