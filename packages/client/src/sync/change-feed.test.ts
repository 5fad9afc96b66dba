import { createManualTime } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import { followChanges, type FeedSocket } from './change-feed.ts'

type Say = (type: 'message' | 'close' | 'error', event: { readonly data: unknown; readonly code: number }) => void

function follow(getToken: () => Promise<string | undefined> = () => Promise.resolve('a-token')) {
  const time = createManualTime()
  const heard: unknown[] = []
  const opened: unknown[] = []
  const listeners: (readonly [string, (event: { readonly data: unknown; readonly code: number }) => void])[] = []
  let closeCount = 0
  const socket: FeedSocket = {
    addEventListener: (type: string, listener: (event: { readonly data: unknown; readonly code: number }) => void) => {
      listeners.push([type, listener])
    },
    close: () => closeCount++,
  }
  const stop = followChanges(
    {
      url: 'ws://server.test/changes',
      openWebSocket: (url, protocols) => {
        opened.push([url, protocols])
        return socket
      },
      getToken,
      scheduler: time,
      silenceMs: 45_000,
    },
    { onHint: (hint) => heard.push(hint), onClose: () => heard.push('closed') },
  )
  const say: Say = (type, event) => {
    for (const [wanted, listener] of listeners) if (wanted === type) listener(event)
  }
  const speak = (data: unknown): void => say('message', { data, code: 0 })
  return { time, heard, opened, stop, speak, say, closeCount: () => closeCount }
}

const hint = { from: 1, to: 2, head: 2, epoch: 'a' }

test('[TR9] hints are told, with the token in the subprotocols', async () => {
  const feed = follow()
  await Promise.resolve()
  feed.speak(JSON.stringify(hint))
  expect([feed.opened, feed.heard]).toEqual([[['ws://server.test/changes', ['rejoin', 'bearer.a-token']]], [hint]])
})

test('[TR9] 45 s of silence end it, and every word begins them anew', async () => {
  const feed = follow()
  await Promise.resolve()
  feed.time.advance(44_000)
  feed.speak(JSON.stringify(hint))
  feed.time.advance(44_000)
  expect(feed.heard).toEqual([hint])
  feed.time.advance(1_000)
  feed.speak(JSON.stringify(hint))
  feed.say('close', { data: '', code: 1006 })
  expect([feed.heard, feed.closeCount(), feed.time.pendingCount()]).toEqual([[hint, 'closed'], 1, 0])
})

test.each([
  ['half a hint', '{"from":1'],
  ['another message', '{"hello":1}'],
  ['bytes', new Uint8Array(3)],
])('[TR9] %s ends it', async (_name, data) => {
  const feed = follow()
  await Promise.resolve()
  feed.speak(data)
  expect(feed.heard).toEqual(['closed'])
})

test('[TR9] a sign-in that fails, and a socket that cannot be made, are a closed feed', async () => {
  const feed = follow(() => Promise.reject(new Error('signed out')))
  await new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => resolve(undefined))))
  await Promise.resolve()
  expect([feed.heard, feed.opened]).toEqual([['closed'], []])
})

test('[TR9] ended from here, nothing is heard any more, not even of a token that comes late', async () => {
  const feed = follow()
  feed.stop()
  await Promise.resolve()
  await Promise.resolve()
  expect([feed.heard, feed.opened, feed.time.pendingCount()]).toEqual([[], [], 0])
})
