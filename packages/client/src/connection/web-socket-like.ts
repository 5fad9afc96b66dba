/** The members of a `WebSocket` that are used. Browsers, Node 24 and `ws` have them. */
export interface WebSocketLike {
  binaryType: string
  readonly readyState: number
  /** Bytes handed to `send` that have not left yet. */
  readonly bufferedAmount: number
  addEventListener(type: 'open' | 'error', listener: (event: unknown) => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { readonly code: number }) => void): void
  send(data: Uint8Array<ArrayBuffer>): void
  close(): void
}

/** Opens a socket. Throws where the address or a protocol cannot be one. */
export type OpenWebSocket = (url: string, protocols: readonly string[]) => WebSocketLike

/** `readyState` of a socket that can send. */
export const socketIsOpen = 1
