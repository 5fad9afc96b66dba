/** The members of a `WebSocket` that are used. Browsers, Node 24 and `ws` have them. */
export interface WebSocketLike {
  binaryType: string
  readonly readyState: number
  /** Bytes handed to `send` that have not left yet. */
  readonly bufferedAmount: number
  onopen: ((event: unknown) => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null
  onerror: ((event: unknown) => void) | null
  send(data: Uint8Array): void
  close(): void
}

/** Opens a socket. Throws where the address or a protocol cannot be one. */
export type OpenWebSocket = (url: string, protocols: readonly string[]) => WebSocketLike

/** `readyState` of a socket that can send. */
export const socketIsOpen = 1
