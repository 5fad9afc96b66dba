import { changeHintSchema, type Scheduler } from '@rejoin/core'
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
      const hint = readHint(data)
      // What cannot be read is from another version, or from nobody we know.
      if (hint === undefined) fail()
      else onHint(hint)
    })
  }
  waitForWord()
  parts.getToken().then(connect).catch(fail)
  return end
}

function readHint(data: unknown) {
  if (typeof data !== 'string') return undefined
  try {
    return changeHintSchema.safeParse(JSON.parse(data)).data
  } catch {
    return undefined
  }
}
