import type { ConnectivityStatus } from '@rejoin/core'

interface Reading {
  readonly at: number
  /** Percent. */
  readonly level: number
}

/** Readings that are kept: a battery tells of a percent at a time. */
const readingsMax = 200

/** What the battery said while this page was open, so that a run can say what it used. */
export class BatteryHistory {
  #readings: readonly Reading[] = []

  note({ batteryLevel }: ConnectivityStatus, at: number): void {
    if (batteryLevel === undefined || this.#readings.at(-1)?.level === batteryLevel) return
    this.#readings = [...this.#readings, { at, level: batteryLevel }].slice(-readingsMax)
  }

  /** Share of a full battery; `undefined` where nothing was read before the run. Charged meanwhile: nothing was used. */
  usedBetween(from: number, to: number): number | undefined {
    const before = this.#levelAt(from)
    const after = this.#levelAt(to)
    if (before === undefined || after === undefined) return undefined
    return Math.min(1, Math.max(0, (before - after) / 100))
  }

  #levelAt(time: number): number | undefined {
    return this.#readings.findLast(({ at }) => at <= time)?.level
  }
}
