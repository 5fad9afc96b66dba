import * as decoding from 'lib0/decoding'
import { messageType, readPrivateMessage, syncType, type ErrorCode, type PrivateMessage } from '@rejoin/core'
import type { Peer } from '../relay/peer.ts'
import { splitFrames } from './split-frames.ts'

/** A message from the server, read. */
export type ServerMessage =
  | { readonly type: 'step1' | 'step2' | 'update' | 'awareness'; readonly body: Uint8Array }
  | { readonly type: 'denied'; readonly reason: string }
  | PrivateMessage

/** A peer that writes down what it is told. */
export interface RecordingPeer extends Peer {
  /** Everything it was told since the last call, in order. */
  take(): ServerMessage[]
  /** Types of what it was told since the last call: enough for most questions. */
  takeTypes(): string[]
  /** How often it was written to since the last call; not reset by `take`. */
  takeWriteCount(): number
  readonly closed: { readonly code: ErrorCode; readonly reason: string } | undefined
  bufferedBytes: number
}

export function createRecordingPeer(
  options: { readonly isRejoin?: boolean; readonly user?: string | null; readonly canWrite?: boolean } = {},
): RecordingPeer {
  let messages: ServerMessage[] = []
  let writeCount = 0
  let closed: { readonly code: ErrorCode; readonly reason: string } | undefined
  const take = (): ServerMessage[] => {
    const taken = messages
    messages = []
    return taken
  }
  const peer: RecordingPeer = {
    isRejoin: options.isRejoin ?? false,
    user: options.user ?? null,
    canWrite: options.canWrite ?? true,
    bufferedBytes: 0,
    write: (frames) => {
      writeCount++
      messages.push(...splitFrames(frames).map(readServerMessage))
    },
    buffered: () => peer.bufferedBytes,
    close: (code, reason) => {
      closed ??= { code, reason }
    },
    take,
    takeTypes: () => take().map((message) => message.type),
    takeWriteCount: () => {
      const count = writeCount
      writeCount = 0
      return count
    },
    get closed() {
      return closed
    },
  }
  return peer
}

export function readServerMessage(message: Uint8Array): ServerMessage {
  const announced = readPrivateMessage(message)
  if (announced !== undefined) return announced
  const decoder = decoding.createDecoder(message)
  switch (decoding.readVarUint(decoder)) {
    case messageType.sync: {
      const type = Object.entries(syncType).find(([, code]) => code === message[1])?.[0]
      decoding.readVarUint(decoder)
      if (type === 'step1' || type === 'step2' || type === 'update') return { type, body: decoding.readVarUint8Array(decoder) }
      throw new Error('an unknown sync message')
    }
    case messageType.awareness:
      return { type: 'awareness', body: decoding.readVarUint8Array(decoder) }
    case messageType.auth:
      decoding.readVarUint(decoder)
      return { type: 'denied', reason: decoding.readVarString(decoder) }
    default:
      throw new Error('an unknown message')
  }
}
