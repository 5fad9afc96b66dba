import {
  encodeHello,
  encodeReauthenticate,
  encodeReceipt,
  encodeRefused,
  limits,
  messageType,
  syncType,
  type ErrorCode,
} from '@rejoin/core'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs'
import type { OpenWebSocket } from '../connection/web-socket-like.ts'
import { FakeSocket } from './fake-socket.ts'

interface FakePeer {
  readonly socket: FakeSocket
  settledCount: number
}

/** One document of the fake server. */
export interface FakeRoom {
  generation: string
  doc: Doc
  isDeleted: boolean
  readonly peers: Set<FakePeer>
}

/** A server in memory that speaks the document wire as far as a client can tell: hello, sync, receipts, refusals, lives of a document. */
export class FakeDocumentServer {
  readonly rooms = new Map<string, FakeRoom>()
  /** Every connection ever tried, the last one last. */
  readonly sockets: FakeSocket[] = []
  access: 'read' | 'write' = 'write'
  /** `false`: connections fail. */
  isReachable = true
  /** `false`: connections are taken, and nothing is said. */
  isGreeting = true
  /** `false`: frames are neither stored nor acknowledged. */
  isStoring = true
  /** Close code for whoever joins. */
  closeCodeAtJoin: number | undefined
  /** Connections that are not told what others write. */
  readonly unrelayed = new Set<FakeSocket>()
  /** Step 2 and update frames that arrived. */
  framesReceived = 0
  /** Whether a frame is refused, and why. */
  refuse: (update: Uint8Array) => ErrorCode | undefined = () => undefined
  #generationCount = 0

  readonly openWebSocket: OpenWebSocket = (url, protocols) => {
    const peer: FakePeer = {
      settledCount: 0,
      socket: new FakeSocket(url, protocols, {
        onSent: (data) => this.#receive(peer, data),
        onClosed: () => this.room(nameOf(peer)).peers.delete(peer),
      }),
    }
    this.sockets.push(peer.socket)
    queueMicrotask(() => this.#join(peer))
    return peer.socket
  }

  room(name: string): FakeRoom {
    const room = this.rooms.get(name) ?? {
      generation: this.#nextGeneration(),
      doc: new Doc(),
      isDeleted: false,
      peers: new Set(),
    }
    this.rooms.set(name, room)
    return room
  }

  /** Ends the document's life; with `isRestored` another one begins. */
  delete(name: string, isRestored = false): void {
    const room = this.room(name)
    room.isDeleted = !isRestored
    room.doc = new Doc()
    if (isRestored) room.generation = this.#nextGeneration()
    this.close(4404, name)
  }

  /** Closes connections, of one document or all. */
  close(code: number, name?: string): void {
    for (const [roomName, { peers }] of this.rooms)
      if (name === undefined || name === roomName) for (const { socket } of peers) socket.cut(code)
  }

  reauthenticate(): void {
    for (const { peers } of this.rooms.values()) for (const { socket } of peers) socket.deliver(encodeReauthenticate())
  }

  #nextGeneration(): string {
    this.#generationCount++
    return `g${this.#generationCount}`
  }

  #join(peer: FakePeer): void {
    const { socket } = peer
    if (!this.isReachable) {
      socket.cut(1006)
      return
    }
    socket.accept()
    if (!this.isGreeting) return
    const room = this.room(nameOf(peer))
    const announced = socket.url.searchParams.get('generation')
    socket.deliver(
      encodeHello({ generation: room.generation, access: this.access, limits: { frameBytesMax: limits.frameBytesMax } }),
    )
    const isOther = announced !== null && announced !== room.generation
    const closeCode = this.closeCodeAtJoin ?? (room.isDeleted || isOther ? 4404 : undefined)
    if (closeCode !== undefined) {
      socket.cut(closeCode)
      return
    }
    room.peers.add(peer)
    socket.deliver(syncFrame(syncType.step1, encodeStateVector(room.doc)))
  }

  #receive(peer: FakePeer, data: Uint8Array): void {
    const room = this.room(nameOf(peer))
    const decoder = decoding.createDecoder(data)
    if (decoding.readVarUint(decoder) !== messageType.sync) {
      // Presence: everybody is told, the sender too.
      for (const { socket } of room.peers) socket.deliver(data)
      return
    }
    const type = decoding.readVarUint(decoder)
    const payload = decoding.readVarUint8Array(decoder)
    if (type === syncType.step1) peer.socket.deliver(syncFrame(syncType.step2, encodeStateAsUpdate(room.doc, payload)))
    else this.framesReceived++
    if (type !== syncType.step1 && this.isStoring) this.#settle(peer, room, payload)
  }

  #settle(peer: FakePeer, room: FakeRoom, update: Uint8Array): void {
    peer.settledCount++
    const code = this.refuse(update)
    if (code === undefined) {
      applyUpdate(room.doc, update)
      for (const { socket } of room.peers) if (!this.unrelayed.has(socket)) socket.deliver(syncFrame(syncType.update, update))
    } else {
      peer.socket.deliver(encodeRefused({ frameNumber: peer.settledCount, code, reason: `refused: ${code}` }))
    }
    peer.socket.deliver(encodeReceipt({ settledCount: peer.settledCount }))
  }
}

function nameOf({ socket }: FakePeer): string {
  return decodeURIComponent(socket.url.pathname.replace(/^\/documents\//, ''))
}

function syncFrame(type: number, payload: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageType.sync)
  encoding.writeVarUint(encoder, type)
  encoding.writeVarUint8Array(encoder, payload)
  return encoding.toUint8Array(encoder)
}
