import { createManualTime } from '@rejoin/core/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import { Doc } from 'yjs'
import { FakeDocumentServer } from '../testing/fake-document-server.ts'
import { DocumentConnection } from './document-connection.ts'
import type { OpenWebSocket } from './web-socket-like.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function open(openWebSocket: OpenWebSocket) {
  const log: string[] = []
  const doc = new Doc()
  const clock = createManualTime()
  const connection = new DocumentConnection({
    url: 'ws://server.test/documents',
    name: 'a',
    doc,
    awareness: new Awareness(doc),
    openWebSocket,
    clock,
    watcher: {
      onPrivateMessage: ({ type }) => log.push(type),
      onFrameSent: ({ kind, number }) => log.push(`${kind} ${number}`),
      onStep2Applied: () => log.push('synced'),
      onClosed: (code, lastedMs) => log.push(`closed ${code} after ${lastedMs}`),
      isUpdateUnneeded: () => false,
    },
  })
  return { log, doc, clock, connection }
}

describe('the provider has no mind of its own', () => {
  test('[C11] it connects when told to, and does not come back by itself', async () => {
    const server = new FakeDocumentServer()
    const { log, clock, connection } = open(server.openWebSocket)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(server.sockets).toHaveLength(0)
    connection.connect('token', undefined)
    await vi.advanceTimersByTimeAsync(0)
    expect(log).toEqual(['hello', 'step2 1', 'synced', 'receipt'])
    clock.advance(70)
    server.close(1012)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(log.slice(4)).toEqual(['closed 1012 after 70'])
    expect(server.sockets).toHaveLength(1)
    connection.connect('token', 'g1')
    await vi.advanceTimersByTimeAsync(0)
    expect(log.slice(5)).toEqual(['hello', 'step2 1', 'synced', 'receipt'])
    connection.close()
  })

  test('[C12] a connection that was given up is not heard of again', async () => {
    const server = new FakeDocumentServer()
    const { log, connection } = open(server.openWebSocket)
    connection.connect(undefined, undefined)
    connection.disconnect()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(log).toEqual([])
    connection.close()
  })

  test('[C13] a token that no socket can be made of is an error, and can be followed by a better one', async () => {
    const server = new FakeDocumentServer()
    const { log, connection } = open((url, protocols) => {
      if (protocols.includes('bearer. ')) throw new SyntaxError('no such protocol')
      return server.openWebSocket(url, protocols)
    })
    expect(() => connection.connect(' ', undefined)).toThrow('no such protocol')
    connection.connect('t', undefined)
    await vi.advanceTimersByTimeAsync(0)
    expect(log[0]).toBe('hello')
    connection.close()
  })
})
