import * as encoding from 'lib0/encoding'
import { createManualTime, type ManualTime } from '@rejoin/core/testing'
import * as Y from 'yjs'
import { createMemoryDocumentStore, type MemoryDocumentStore } from '../memory/memory-document-store.ts'
import { createRecordingPeer, type RecordingPeer } from './recording-peer.ts'
import { createRelay, type JoinRequest, type SocketRelay } from '../relay/create-relay.ts'
import type { DocumentStore, TenantDocuments } from '../relay/document-store.ts'
import type { Member } from '../relay/member.ts'
import type { Room } from '../relay/room.ts'

export interface World {
  readonly time: ManualTime
  readonly store: MemoryDocumentStore
  readonly relay: SocketRelay
  readonly problems: unknown[]
}

export function createWorld(): World {
  const time = createManualTime(1_000_000)
  const store = createMemoryDocumentStore({ clock: time, epoch: 'epoch' })
  return openWorld({ time, store, problems: [] })
}

/** The same world with a relay of its own, whose documents do some things otherwise. */
export function withDocuments({ time, store, problems }: World, changed: Partial<TenantDocuments>): World {
  const tenant = (name: string): TenantDocuments => ({ ...store.tenant(name), ...changed })
  return openWorld({ time, store, problems }, { ...store, tenant })
}

function openWorld({ time, store, problems }: Omit<World, 'relay'>, documents: DocumentStore = store): World {
  const relay = createRelay({
    store: documents,
    clock: time,
    scheduler: time,
    defer: queueMicrotask,
    elapsedMs: () => time.now(),
    report: (problem) => problems.push(problem),
  })
  return { time, store, relay, problems }
}

export interface Seat {
  readonly peer: RecordingPeer
  readonly room: Room
  readonly member: Member
  send(type: 'step2' | 'update', update: Uint8Array): void
  sendStep1(stateVector?: Uint8Array): void
  sendPresence(...entries: readonly (readonly [client: number, clock: number, state: unknown])[]): void
}

export async function sit(
  world: World,
  options: Parameters<typeof createRecordingPeer>[0] & Partial<JoinRequest> = {},
): Promise<Seat> {
  const peer = createRecordingPeer(options)
  const joined = await world.relay.join({
    tenant: 'acme',
    document: options.document ?? 'plan',
    peer,
    generation: options.generation,
  })
  if (joined.type === 'refused') throw new Error(`refused: ${joined.code}`)
  const { room, member } = joined
  return {
    peer,
    room,
    member,
    send: (type, update) => room.receive(member, { type, update }),
    sendStep1: (stateVector = Uint8Array.of(0)) => room.receive(member, { type: 'step1', stateVector }),
    sendPresence: (...entries) => room.receive(member, { type: 'awareness', body: encodePresence(entries) }),
  }
}

export function encodePresence(entries: readonly (readonly [number, number, unknown])[]): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, entries.length)
  for (const [client, clock, state] of entries) {
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, clock)
    encoding.writeVarString(encoder, typeof state === 'string' ? state : JSON.stringify(state))
  }
  return encoding.toUint8Array(encoder)
}

/** A document whose edits come out one by one. */
export function createWriter(clientId: number): { readonly doc: Y.Doc; type(text: string): Uint8Array } {
  const doc = new Y.Doc()
  doc.clientID = clientId
  return {
    doc,
    type: (text) => {
      const before = Y.encodeStateVector(doc)
      doc.getText('text').insert(doc.getText('text').length, text)
      return Y.encodeStateAsUpdate(doc, before)
    },
  }
}

/** Lets everything that is on its way happen: commits are promises, and the end of a turn is one more. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}

export function textOf(state: Uint8Array): string {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, state)
  return doc.getText('text').toJSON()
}

export async function storedText(world: World, document = 'plan'): Promise<string | undefined> {
  const state = await world.relay.read('acme', document)
  return state.type === 'live' ? textOf(state.update) : undefined
}
