/** The members of a `BroadcastChannel` that are used. */
export interface BroadcastChannelLike {
  onmessage: ((event: { readonly data: unknown }) => void) | null
  postMessage(message: unknown): void
  close(): void
}
