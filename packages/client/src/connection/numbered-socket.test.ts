import { encodeHello, encodeReceipt, messageType, syncType } from '@rejoin/core'
import * as encoding from 'lib0/encoding'
import { describe, expect, test } from 'vitest'
import { FakeSocket } from '../testing/fake-socket.ts'
import { NumberedSocket } from './numbered-socket.ts'
import { encodeEmptyAwareness } from './sync-frame.ts'

const frame = (type: number, payload: Uint8Array = Uint8Array.of(0, 0)): Uint8Array<ArrayBuffer> => {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageType.sync)
  encoding.writeVarUint(encoder, type)
  encoding.writeVarUint8Array(encoder, payload)
  return encoding.toUint8Array(encoder)
}
const step1 = frame(syncType.step1)
const step2 = frame(syncType.step2)
const update = frame(syncType.update)
const hello = encodeHello({ generation: 'g', access: 'write', limits: { frameBytesMax: 1 } })

function connect(isUpdateUnneeded = (): boolean => false) {
  const log: unknown[] = []
  const sent: Uint8Array[] = []
  const host = new FakeSocket('ws://server.test/documents/a', [], {
    onSent: (data) => sent.push(data),
    onClosed: () => log.push('closed'),
  })
  const socket = new NumberedSocket(host, {
    onFrameSent: ({ kind, number }) => log.push(`${kind} ${number}`),
    onPrivateMessage: ({ type }) => log.push(type),
    onStep2Applied: () => log.push('step 2 applied'),
    isUpdateUnneeded,
  })
  socket.onmessage = ({ data }) => log.push(data)
  host.accept()
  const receive = async (...messages: readonly Uint8Array[]): Promise<void> => {
    for (const message of messages) host.deliver(message)
    await Promise.resolve()
    await Promise.resolve()
  }
  return { log, sent, host, socket, receive }
}

describe('what leaves', () => {
  test('[C4] step 2 and updates are numbered from 1 in the order they leave; nothing else is', () => {
    const { log, socket } = connect()
    for (const message of [step1, step2, encodeEmptyAwareness(), update, update, step2])
      socket.send(message as Uint8Array<ArrayBuffer>)
    expect(log).toEqual(['step2 1', 'update 2', 'update 3', 'step2 4'])
  })

  test('[C5] an update before the first step 2 stays here: the step 2 has it', async () => {
    const { log, sent, socket } = connect()
    socket.send(update)
    socket.send(step2)
    await Promise.resolve()
    expect(log).toEqual(['step2 1'])
    expect(sent).toEqual([step2])
  })

  test('[C6] an update that came from the server is not sent back', () => {
    const { log, socket } = connect(() => true)
    socket.send(step2)
    socket.send(update)
    expect(log).toEqual(['step2 1'])
  })
})

describe('what arrives', () => {
  test('[C7] private messages are kept from the provider, which only learns that the server lives', async () => {
    const { log, receive } = connect()
    await receive(hello, encodeReceipt({ settledCount: 1 }))
    expect(log).toEqual(['hello', encodeEmptyAwareness(), 'receipt', encodeEmptyAwareness()])
  })

  test('[C8] nothing reaches the document before hello', async () => {
    const { log, receive } = connect()
    await receive(step1, step2, hello, step2)
    expect(log).toEqual(['hello', encodeEmptyAwareness(), step2, 'step 2 applied'])
  })

  test.each([
    ['an empty message', new Uint8Array()],
    ['a cut-off hello', hello.slice(0, 3)],
    ['a cut-off update', update.slice(0, 3)],
  ])('[C9] %s ends the connection and changes nothing', async (_what, message) => {
    const { log, receive } = connect()
    await receive(message)
    expect(log).toEqual(['closed'])
  })

  test('[C10] after close nothing is heard any more', async () => {
    const { log, socket, host, receive } = connect()
    await receive(hello)
    host.deliver(step2)
    socket.close()
    await receive()
    expect(log.slice(2)).toEqual(['closed'])
  })
})
