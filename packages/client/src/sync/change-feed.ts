import { changeHintSchema, type Scheduler } from '@rejoin/core'
import type { z } from 'zod'
import type { FeedListener } from './sync-transport.ts'

/** The members of a `WebSocket` that the feed uses: it only listens. */
export interface FeedSocket {
  addEventListener(type: 'open' | 'error', listener: (event: unknown) => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { readonly code: number }) => void): void
  close(): void
}

export interface ChangeFeedParts {
  readonly url: string
  /** Throws where the address or a protocol cannot be one. */
  readonly openWebSocket: (url: string, protocols: readonly string[]) => FeedSocket
  readonly getToken: () => Promise<string | undefined>
  readonly scheduler: Scheduler
  readonly silenceMs: number
}

/** Listens on `WS /changes` until it closes or falls silent. The returned function ends it, after which nothing is heard. */
export function followChanges(parts: ChangeFeedParts, { onHint, onClose }: FeedListener): () => void {
  return followFrames(parts, { schema: changeHintSchema, onFrame: onHint, onClose })
}

export interface FrameListener<Frame> {
  /** Of all that may be said; anything else ends the listening. */
  readonly schema: z.ZodType<Frame>
  readonly onFrame: (frame: Frame) => void
  /** Comes once, also where it never opened. */
  readonly onClose: () => void
}

/** The same, for sockets that are told more than hints. */
export function followFrames<Frame>(parts: ChangeFeedParts, { schema, onFrame, onClose }: FrameListener<Frame>): () => void {
  let isOver = false
  let socket: FeedSocket | undefined
  let cancelSilence = (): void => undefined
  const end = (): void => {
    isOver = true
    cancelSilence()
    socket?.close()
  }
  const fail = (): void => {
    if (isOver) return
    end()
    onClose()
  }
  const waitForWord = (): void => {
    cancelSilence()
    cancelSilence = parts.scheduler.after(parts.silenceMs, fail)
  }
  const connect = (token: string | undefined): void => {
    if (isOver) return
    const opened = parts.openWebSocket(parts.url, token === undefined ? ['rejoin'] : ['rejoin', `bearer.${token}`])
    socket = opened
    opened.addEventListener('close', fail)
    opened.addEventListener('error', fail)
    opened.addEventListener('message', ({ data }) => {
      if (isOver) return
      waitForWord()
      const frame = readFrame(data, schema)
      // What cannot be read is from another version, or from nobody we know.
      if (frame === undefined) fail()
      else onFrame(frame)
    })
  }
  waitForWord()
  parts.getToken().then(connect).catch(fail)
  return end
}

function readFrame<Frame>(data: unknown, schema: z.ZodType<Frame>): Frame | undefined {
  if (typeof data !== 'string') return undefined
  try {
    return schema.safeParse(JSON.parse(data)).data
  } catch {
    return undefined
  }
}
