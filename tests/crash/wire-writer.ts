import { messageType, protocolVersion, readPrivateMessage, syncType } from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import * as decoding from 'lib0/decoding'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { digestOf } from '../support/server-documents.ts'
import { waitFor } from '../support/wait-for.ts'
import { syncFrame } from '../support/wire-client.ts'
import type { Ledger } from './ledger.ts'
import { createLogbook, logOf, tokensAdded, type Logbook } from './logbook.ts'
import type { Writer } from './writer.ts'

/** Edits that may wait for their acknowledgement. */
const inFlightMax = 4

interface WireWriterOptions {
  readonly name: string
  readonly document: string
  /** `receipt`: announces itself as our client; `echo`: a stock client, to whom its own update coming back is the acknowledgement. */
  readonly acknowledgedBy: 'receipt' | 'echo'
  readonly random: SeededRandom
  readonly ledger: Ledger
}

/** Writes frames by hand, so that every single acknowledgement is seen. */
export function createWireWriter(options: WireWriterOptions): Writer {
  const { name, document, acknowledgedBy, random, ledger } = options
  let logbook = openLogbook()
  let socket: WebSocket | undefined
  /** Tokens by number of the sync frame that carried them, in this connection. */
  let tokensByFrame = new Map<number, readonly string[]>()
  let framesSent = 0
  let inFlight = new Set<string>()
  let isResting = false

  function openLogbook(): Logbook {
    const opened = createLogbook(name, random)
    logOf(opened.doc).observe((event, transaction) => {
      if (transaction.origin === 'server') ledger.show(document, tokensAdded(event))
    })
    opened.doc.on('update', (update, origin) => {
      if (origin !== 'server') sendSync(syncType.update, update)
    })
    return opened
  }

  function sendSync(type: number, update: Uint8Array): void {
    if (socket?.readyState !== WebSocket.OPEN) return
    framesSent += 1
    socket.send(syncFrame(type, update))
  }

  function write(): void {
    while (!isResting && inFlight.size < inFlightMax && socket?.readyState === WebSocket.OPEN) {
      const token = logbook.write()
      inFlight.add(token)
      tokensByFrame.set(framesSent, [token])
    }
  }

  function acknowledge(tokens: Iterable<string>): void {
    for (const token of tokens) {
      ledger.acknowledge(document, [token])
      inFlight.delete(token)
    }
    write()
  }

  function acknowledgeEcho(update: Uint8Array): void {
    const { structs } = Y.decodeUpdate(update)
    const settledClock = Math.max(
      0,
      ...structs.filter((struct) => struct.id.client === logbook.doc.clientID).map((struct) => struct.id.clock + struct.length),
    )
    acknowledge([...inFlight].filter((token) => (logbook.clockAfter(token) ?? Infinity) <= settledClock))
  }

  function acknowledgeReceipt(settledCount: number): void {
    const settled = [...tokensByFrame].filter(([frame]) => frame <= settledCount)
    for (const [frame] of settled) tokensByFrame.delete(frame)
    acknowledge(settled.flatMap(([, tokens]) => tokens))
  }

  function receive(frame: Uint8Array): void {
    const ours = readPrivateMessage(frame)
    if (ours?.type === 'receipt') acknowledgeReceipt(ours.receipt.settledCount)
    if (ours?.type === 'refused') ledger.refuse(document, ours.refused.reason)
    const decoder = decoding.createDecoder(frame)
    if (decoding.readVarUint(decoder) !== messageType.sync) return
    const type = decoding.readVarUint(decoder)
    const payload = decoding.readVarUint8Array(decoder)
    if (type === syncType.step1) {
      sendSync(syncType.step2, Y.encodeStateAsUpdate(logbook.doc, payload))
      tokensByFrame.set(framesSent, logbook.tokens())
      write()
      return
    }
    Y.applyUpdate(logbook.doc, payload, 'server')
    if (type === syncType.update && acknowledgedBy === 'echo') acknowledgeEcho(payload)
  }

  return {
    connect: (documentsUrl) => {
      const query = acknowledgedBy === 'receipt' ? `?client=rejoin&protocol=${protocolVersion}` : ''
      const opened = new WebSocket(`${documentsUrl}/${document}${query}`)
      socket = opened
      tokensByFrame = new Map()
      framesSent = 0
      inFlight = new Set()
      opened.binaryType = 'arraybuffer'
      opened.on('message', (data: ArrayBuffer) => receive(new Uint8Array(data)))
      opened.on('open', () => opened.send(syncFrame(syncType.step1, Y.encodeStateVector(logbook.doc))))
      // A connection that the kill refuses or resets is what this campaign is about; `close` follows.
      opened.on('error', () => opened.terminate())
    },
    cut: async () => {
      await waitFor(`${name} is cut`, () => socket === undefined || socket.readyState === WebSocket.CLOSED)
    },
    writeOffline: () => {
      logbook.write()
    },
    reload: () => {
      logbook.doc.destroy()
      logbook = openLogbook()
    },
    rest: () => {
      isResting = true
    },
    digest: () => digestOf(logbook.doc),
    close: () => socket?.terminate(),
  }
}
