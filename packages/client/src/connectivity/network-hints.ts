/** What the host believes of its network; every part of it may be missing. */
export interface NetworkHint {
  /** `wifi`, `cellular`, … */
  readonly type?: string | undefined
  readonly effectiveType?: string | undefined
  /** Mbit/s. */
  readonly downlink?: number | undefined
  readonly roundTripMs?: number | undefined
  readonly isSavingData?: boolean | undefined
}

export interface NetworkHints {
  read(): NetworkHint
  /** The returned function stops it. */
  subscribe(listener: () => void): () => void
}

/** For hosts that say nothing. */
export const noNetworkHints: NetworkHints = { read: () => ({}), subscribe: () => () => undefined }
