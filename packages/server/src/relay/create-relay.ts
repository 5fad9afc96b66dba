import { factsOf, type Clock, type ErrorCode, type Scheduler } from '@rejoin/core'
import { Compactions } from './compactions.ts'
import type { AppendRequest, AppendResult, DocumentStore } from './document-store.ts'
import type { Member } from './member.ts'
import { greet } from './greet.ts'
import { openRoom } from './open-room.ts'
import type { Peer } from './peer.ts'
import { createRelayCounters, type RelayCounters } from './relay-counters.ts'
import { relayLimits } from './relay-limits.ts'
import type { DocumentState, Relay, WritePlace } from './relay.ts'
import type { ReportProblem } from './report-problem.ts'
import type { Room } from './room.ts'
import type { ServerChange, WriteResult } from './server-write.ts'

export interface RelayOptions {
  readonly store: DocumentStore
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Runs at the end of this turn of the event loop, after everything that has arrived was read. */
  readonly defer: (run: () => void) => void
  readonly report: ReportProblem
  /** Milliseconds since some moment in the past, finer than the clock's and never going back: for measuring. */
  readonly elapsedMs: () => number
}

export interface JoinRequest {
  readonly tenant: string
  readonly document: string
  readonly peer: Peer
  /** Life of the document that the client's local copy belongs to; `undefined` where it has none, and for stock clients. */
  readonly generation: string | undefined
}

export type JoinResult =
  | { readonly type: 'joined'; readonly room: Room; readonly member: Member }
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly reason: string }

/** The relay as the sockets see it. */
export interface SocketRelay extends Relay {
  /** Lets a connection into its document's room, loading it if nobody has it open. */
  join(request: JoinRequest): Promise<JoinResult>
}

type Opening =
  | { readonly type: 'open'; readonly room: Room }
  | { readonly type: 'deleted'; readonly generation: string }
  | { readonly type: 'unavailable' }

interface Entry {
  readonly tenant: string
  readonly document: string
  readonly opening: Promise<Opening>
  /** Set once the document is loaded. */
  room: Room | undefined
}

/** How often rooms are looked over for idleness, slow connections and worthwhile compaction. */
const sweepMs = 2_500
/** A server that stops waits so long for commits under way. */
const drainMs = 10_000

export function createRelay(options: RelayOptions): SocketRelay {
  return new RoomRegistry(options)
}

class RoomRegistry implements SocketRelay {
  readonly counters: RelayCounters = createRelayCounters()
  readonly #options: RelayOptions
  readonly #entryByKey = new Map<string, Entry>()
  readonly #compactions: Compactions
  readonly #dirtyRooms = new Set<Room>()
  #cancelSweep: () => void
  #isDraining = false

  constructor(options: RelayOptions) {
    this.#options = options
    this.#compactions = new Compactions(options.store, options.report)
    this.#cancelSweep = options.scheduler.after(sweepMs, () => this.#sweep())
  }

  async join(request: JoinRequest): Promise<JoinResult> {
    if (this.#isDraining) return { type: 'refused', code: 'RESTARTING', reason: 'the server is restarting' }
    // A reader cannot bring a document into being, so it does not decide which life of it that would be.
    const entry = this.#entryOf(request.tenant, request.document, request.peer.canWrite ? request.generation : undefined)
    const opening = await entry.opening
    if (opening.type === 'deleted') {
      greet(request.peer, opening.generation)
      return { type: 'refused', code: 'DELETED', reason: 'the document was deleted' }
    }
    if (opening.type === 'unavailable' || this.#entryByKey.get(keyOf(entry.tenant, entry.document)) !== entry) {
      return { type: 'refused', code: 'UNAVAILABLE', reason: 'the document cannot be loaded now' }
    }
    const { room } = opening
    if (request.generation !== undefined && request.generation !== room.generation) {
      greet(request.peer, room.generation)
      return { type: 'refused', code: 'OTHER_GENERATION', reason: 'the document was replaced since this copy was made' }
    }
    return { type: 'joined', room, member: room.join(request.peer) }
  }

  async read(tenant: string, document: string): Promise<DocumentState> {
    const open = this.#entryByKey.get(keyOf(tenant, document))?.room
    // A room that nothing was ever written to is not a document.
    if (open !== undefined && open.isStored) return { type: 'live', generation: open.generation, update: await open.readState() }
    const loaded = await this.#options.store.tenant(tenant).load(document)
    if (loaded.type !== 'live') return loaded
    return {
      type: 'live',
      generation: loaded.generation,
      update: await openRoom(document, loaded, this.#hostOf(tenant, document)).readState(),
    }
  }

  async write({ tenant, document, generation }: WritePlace, change: ServerChange): Promise<WriteResult> {
    if (this.#isDraining) return { type: 'refused', code: 'RESTARTING', reason: 'the server is restarting' }
    const entry = this.#entryOf(tenant, document, generation)
    const opening = await entry.opening
    if (opening.type === 'deleted') return { type: 'refused', code: 'DELETED', reason: 'the document was deleted' }
    if (opening.type === 'unavailable' || this.#entryByKey.get(keyOf(tenant, document)) !== entry)
      return { type: 'refused', code: 'UNAVAILABLE', reason: 'the document cannot be loaded now' }
    const { room } = opening
    if (generation !== undefined && generation !== room.generation)
      return { type: 'refused', code: 'OTHER_GENERATION', reason: 'the document was replaced meanwhile' }
    return room.write(change)
  }

  async delete(tenant: string, document: string): Promise<boolean> {
    const wasLive = await this.#options.store.tenant(tenant).delete(document)
    if (wasLive) this.#drop(tenant, document, 'DELETED', 'the document was deleted')
    return wasLive
  }

  async restore(tenant: string, document: string): Promise<string | undefined> {
    const generation = await this.#options.store.tenant(tenant).restore(document)
    if (generation !== undefined) this.#drop(tenant, document, 'RESTARTING', 'the document was restored')
    return generation
  }

  async create(tenant: string, document: string): Promise<string | undefined> {
    const generation = await this.#options.store.tenant(tenant).create(document)
    if (generation !== undefined) this.#drop(tenant, document, 'RESTARTING', 'the document was started anew')
    return generation
  }

  async drain(code: ErrorCode): Promise<void> {
    this.#isDraining = true
    this.#cancelSweep()
    const rooms = [...this.#entryByKey.values()].flatMap(({ room }) => room ?? [])
    await Promise.race([Promise.all(rooms.map((room) => room.drain())), this.#after(drainMs)])
    for (const room of rooms) room.close(code, factsOf(code).isRetryable ? 'the server is restarting' : 'the server has closed')
    this.#entryByKey.clear()
    this.#compactions.stop()
  }

  #entryOf(tenant: string, document: string, announced: string | undefined): Entry {
    const key = keyOf(tenant, document)
    const open = this.#entryByKey.get(key)
    if (open !== undefined) return open
    const { promise, resolve } = Promise.withResolvers<Opening>()
    const entry: Entry = { tenant, document, opening: promise, room: undefined }
    this.#entryByKey.set(key, entry)
    void this.#open(entry, announced).then(resolve)
    return entry
  }

  /** Never rejects. Only an open room stays in the map: a document that failed to load is tried anew for the next who asks. */
  async #open(entry: Entry, announced: string | undefined): Promise<Opening> {
    const { tenant, document } = entry
    try {
      const documents = this.#options.store.tenant(tenant)
      const loaded = await documents.load(document)
      if (loaded.type === 'deleted') {
        this.#forget(entry)
        return loaded
      }
      const host = this.#hostOf(tenant, document)
      // A name that was never stored here may live on in a device's copy of another life: that life goes on.
      const started = loaded.type === 'live' ? loaded : { ...loaded, generation: announced ?? documents.firstGeneration() }
      const room = openRoom(document, started, host)
      if (this.#entryByKey.get(keyOf(tenant, document)) !== entry) return { type: 'unavailable' }
      entry.room = room
      this.counters.rooms++
      return { type: 'open', room }
    } catch (error) {
      this.#forget(entry)
      this.#options.report({ tenant, document, error })
      return { type: 'unavailable' }
    }
  }

  #hostOf(tenant: string, document: string) {
    return {
      clock: this.#options.clock,
      scheduler: this.#options.scheduler,
      counters: this.counters,
      append: (request: AppendRequest) => this.#append(tenant, request),
      load: () => this.#options.store.tenant(tenant).load(document),
      report: (error: unknown) => this.#options.report({ tenant, document, error }),
      flushSoon: (room: Room) => this.#flushSoon(room),
      roomOutdated: (room: Room) => {
        if (this.#entryByKey.get(keyOf(tenant, document))?.room === room)
          this.#drop(tenant, document, 'UNAVAILABLE', 'the document has moved on')
      },
    }
  }

  async #append(tenant: string, request: AppendRequest): Promise<AppendResult> {
    const startedMs = this.#options.elapsedMs()
    const result = await this.#options.store.tenant(tenant).append(request)
    this.counters.observeCommitMs(this.#options.elapsedMs() - startedMs)
    return result
  }

  /** All rooms that admitted something in this turn hand it over together, so that the store commits it together. */
  #flushSoon(room: Room): void {
    this.#dirtyRooms.add(room)
    if (this.#dirtyRooms.size > 1) return
    this.#options.defer(() => {
      const rooms = [...this.#dirtyRooms]
      this.#dirtyRooms.clear()
      for (const dirty of rooms) dirty.flush()
    })
  }

  #drop(tenant: string, document: string, code: ErrorCode, reason: string): void {
    const entry = this.#entryByKey.get(keyOf(tenant, document))
    if (entry === undefined) return
    this.#forget(entry)
    entry.room?.close(code, reason)
  }

  #forget(entry: Entry): void {
    const key = keyOf(entry.tenant, entry.document)
    if (this.#entryByKey.get(key) !== entry) return
    this.#entryByKey.delete(key)
    if (entry.room !== undefined) this.counters.rooms--
  }

  #sweep(): void {
    const now = this.#options.clock.now()
    for (const entry of this.#entryByKey.values()) {
      if (entry.room === undefined) continue
      entry.room.sweep()
      const quietMs = now - entry.room.lastChangeAt
      const isIdle = entry.room.isEmpty && entry.room.isSettled && quietMs >= relayLimits.idleRoomMs
      if (isIdle) this.#forget(entry)
      if (isWorthCompacting(entry.room, quietMs, isIdle)) this.#compactions.request(entry)
    }
    this.#cancelSweep = this.#options.scheduler.after(sweepMs, () => this.#sweep())
  }

  #after(delayMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#options.scheduler.after(delayMs, resolve)
    return promise
  }
}

function isWorthCompacting({ rowsSinceSnapshot, bytesSinceSnapshot }: Room, quietMs: number, isIdle: boolean): boolean {
  if (rowsSinceSnapshot >= relayLimits.compactionRowsBusy) return true
  if (isIdle) return rowsSinceSnapshot >= relayLimits.compactionRowsIdle
  const isMuch = rowsSinceSnapshot >= relayLimits.compactionRowsQuiet || bytesSinceSnapshot >= relayLimits.compactionBytes
  return isMuch && quietMs >= relayLimits.compactionQuietMs
}

/** Neither part has control characters, so no two pairs share a key. */
function keyOf(tenant: string, document: string): string {
  return `${tenant}\0${document}`
}
