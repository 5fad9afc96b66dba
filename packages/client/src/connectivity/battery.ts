export interface BatteryHint {
  /** 0 to 100, in percent. */
  readonly batteryLevel: number
  readonly isCharging: boolean
}

export interface Battery {
  /** Calls with what is known, as soon as it is known and after every change. The returned function stops it. */
  follow(listener: (hint: BatteryHint) => void): () => void
}

/** For hosts that say nothing of a battery. */
export const noBattery: Battery = { follow: () => () => undefined }
