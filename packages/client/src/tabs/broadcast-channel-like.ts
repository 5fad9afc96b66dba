/** The members of a `BroadcastChannel` that are used; nothing is heard after `close`. */
export interface BroadcastChannelLike {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  postMessage(message: unknown): void
  close(): void
}
