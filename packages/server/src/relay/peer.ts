import type { ErrorCode } from '@rejoin/core'
import type { RestingBytes } from './resting-bytes.ts'

/** The other end of a connection, as a room sees it: never a socket. */
export interface Peer {
  /** Announced itself as our client, so it may get the private messages. */
  readonly isRejoin: boolean
  /** `null` under auth none. */
  readonly user: string | null
  readonly canWrite: boolean
  /** Whole WebSocket frames, shared with other peers: they must not be changed. Dropped once the connection is closing. */
  write(frames: RestingBytes): void
  /** Bytes written and not yet taken by the network. */
  buffered(): number
  /** Ends the connection with the error's close code; a stock client is told the reason first. */
  close(code: ErrorCode, reason: string): void
}
