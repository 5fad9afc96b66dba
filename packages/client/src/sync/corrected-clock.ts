import type { Clock } from '@rejoin/core'
import { fromIsoTime } from '../record-database/iso-time.ts'
import type { SyncStore } from './sync-store.ts'

export interface ClockSample {
  readonly offsetMs: number
  readonly roundTripMs: number
}

/** What an answer says of the difference server - device: its time was read half a round trip before it arrived, give or take that half. */
export function clockSampleOf(answer: {
  readonly serverTime: string
  readonly roundTripMs: number
  readonly receivedAt: number
}): ClockSample {
  return {
    offsetMs: fromIsoTime(answer.serverTime) + answer.roundTripMs / 2 - answer.receivedAt,
    roundTripMs: answer.roundTripMs,
  }
}

/** The device's clock, corrected by what the store knows of the server's. Operations are stamped with it. */
export class CorrectedClock implements Clock {
  readonly #clock: Clock
  #offsetMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return Math.round(this.#clock.now() + this.#offsetMs)
  }

  /** Takes over what earlier runs, or other tabs, found out. */
  async load(store: Pick<SyncStore, 'clockOffset'>): Promise<void> {
    this.#offsetMs = await store.clockOffset()
  }

  /** The store decides whether a sample is better than what it has. */
  async note(sample: ClockSample, store: Pick<SyncStore, 'clockOffset' | 'noteClockSample'>): Promise<void> {
    await store.noteClockSample(sample)
    await this.load(store)
  }
}
