/** What a service worker delivered, and no page was told of yet. */
export interface BackgroundRun {
  readonly settled: number
  /** Nothing was left. */
  readonly isComplete: boolean
  /** ms since the epoch, by the device's clock. */
  readonly at: number
}
