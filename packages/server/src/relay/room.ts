import { limits, type Clock, type ErrorCode, type Scheduler } from '@rejoin/core'
import type { KnownState } from '../admission/known-state.ts'
import { decodeStateVector } from '../admission/state-vector.ts'
import { Audience } from './audience.ts'
import type { Batch } from './batch.ts'
import type { AppendRequest, AppendResult, ClientBinding, LoadedDocument, StoredSnapshot } from './document-store.ts'
import { frameStep2 } from './frames.ts'
import { greet } from './greet.ts'
import type { InboundMessage } from './inbound-message.ts'
import { Member, type Slot } from './member.ts'
import type { Peer } from './peer.ts'
import { Presence } from './presence.ts'
import { countRefusal, type RelayCounters } from './relay-counters.ts'
import { RecalledContent } from './recalled-content.ts'
import { relayLimits } from './relay-limits.ts'
import type { RoomContent } from './room-content.ts'
import { RoomLog } from './room-log.ts'
import { writeFromServer, type ServerChange, type WriteResult } from './server-write.ts'
import { UpdateIntake } from './update-intake.ts'

/** What a room needs from the relay. */
export interface RoomHost {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly counters: RelayCounters
  append(request: AppendRequest): Promise<AppendResult>
  /** What the store has of the document. */
  load(): Promise<LoadedDocument>
  /** Something failed that is no fault of a connection. */
  report(error: unknown): void
  /** Calls the room's `flush` at the end of this turn of the event loop. */
  flushSoon(room: Room): void
  /** The document has moved on without this room: what it knows cannot be trusted. */
  roomOutdated(room: Room): void
}

export interface RoomStart {
  readonly document: string
  readonly generation: string
  readonly seq: number
  readonly snapshotSeq: number
  readonly content: RoomContent
  readonly known: KnownState
  readonly bindings: readonly ClientBinding[]
}

/** A document that somebody has open: bytes, not a `Y.Doc`. Receipts, echo and relay follow a commit, never precede it. */
export class Room {
  readonly generation: string
  readonly #host: RoomHost
  readonly #log: RoomLog
  readonly #content: RoomContent
  readonly #recalled: RecalledContent
  readonly #intake: UpdateIntake
  readonly #presence: Presence
  readonly #audience: Audience
  #snapshotSeq: number
  #lastChangeAt: number
  #bytesSinceSnapshot: number
  #isDraining = false
  #isClosed = false

  constructor(start: RoomStart, host: RoomHost) {
    this.generation = start.generation
    this.#host = host
    this.#content = start.content
    this.#snapshotSeq = start.snapshotSeq
    this.#recalled = new RecalledContent(start.content, start.generation, {
      clock: host.clock,
      load: () => host.load(),
      outdated: () => host.roomOutdated(this),
      report: (error) => host.report(error),
    })
    this.#lastChangeAt = host.clock.now()
    this.#bytesSinceSnapshot = start.content.tailByteLength
    this.#log = new RoomLog(start, {
      clock: host.clock,
      append: (request) => host.append(request),
      flushSoon: () => host.flushSoon(this),
      committed: (batch) => this.#committed(batch),
      failed: (slots, isOutdated) => this.#failed(slots, isOutdated),
    })
    this.#intake = new UpdateIntake({ clock: host.clock, counters: host.counters, log: this.#log, content: this.#content })
    this.#presence = new Presence(host.clock, (client, member, isOwn) => this.#mayShow(client, member, isOwn))
    this.#audience = new Audience(host, this.#presence)
  }

  get isEmpty(): boolean {
    return this.#audience.isEmpty
  }

  /** Nothing is admitted that is not committed. */
  get isSettled(): boolean {
    return this.#log.isSettled
  }

  /** Something was committed under this name. */
  get isStored(): boolean {
    return this.#log.seq > 0
  }

  /** Of the last committed row; 0 before the first. */
  get seq(): number {
    return this.#log.seq
  }

  get rowsSinceSnapshot(): number {
    return this.#log.seq - this.#snapshotSeq
  }

  get bytesSinceSnapshot(): number {
    return this.#bytesSinceSnapshot
  }

  /** When somebody last came, went or wrote; ms since the epoch. */
  get lastChangeAt(): number {
    return this.#lastChangeAt
  }

  join(peer: Peer): Member {
    const member = new Member(peer, this.#host.clock.now())
    this.#audience.add(member)
    this.#lastChangeAt = this.#host.clock.now()
    greet(peer, this.generation)
    this.#intake.ask(member)
    const everybody = this.#presence.frameAll()
    if (everybody !== undefined) peer.write(everybody)
    return member
  }

  leave(member: Member): void {
    if (this.#audience.remove(member)) this.#lastChangeAt = this.#host.clock.now()
  }

  receive(member: Member, message: InboundMessage): void {
    if (this.#isClosed) return
    switch (message.type) {
      case 'update':
      case 'step2':
        // While the room drains, what comes is left to the next server: without a receipt it comes again.
        if (!this.#isDraining) this.#intake.receive(member, message.update, message.type === 'step2')
        return
      case 'step1':
        return this.#answerStep1(member, message.stateVector)
      case 'awareness':
        return this.#receivePresence(member, message.body)
      case 'queryAwareness': {
        const everybody = this.#presence.frameAll()
        if (everybody !== undefined) member.peer.write(everybody)
        return
      }
      case 'malformed':
        return this.#closeMember(member, 'BAD_FRAME', message.reason)
    }
  }

  /** Takes in what the server itself changes. */
  async write(change: ServerChange): Promise<WriteResult> {
    if (this.#isDraining) return { type: 'refused', code: 'RESTARTING', reason: 'the server is restarting' }
    if (this.#isClosed) return { type: 'refused', code: 'UNAVAILABLE', reason: 'the document has moved on' }
    return writeFromServer({ clock: this.#host.clock, log: this.#log, content: this.#content }, change)
  }

  /** Hands what was admitted to the log; called at the end of the turn that admitted it. */
  flush(): void {
    if (!this.#isClosed) this.#log.flush()
  }

  /** The connection took what was buffered. */
  drained(member: Member): void {
    if (member.missedSince === undefined) return
    this.#withContent(member, () => this.#audience.catchUp(member, () => this.#content.encodeState()))
  }

  /** Closes connections that have been too slow for too long, and lets go of content that nobody asks for. */
  sweep(): void {
    this.#audience.sweep()
    if (this.isStored) this.#recalled.rest()
  }

  /** The committed state as one update. Rejects where the store cannot be read. */
  async readState(): Promise<Uint8Array> {
    if (!(await this.#recalled.recall())) throw new Error('the content of a room cannot be read')
    return this.#content.encodeState()
  }

  adoptSnapshot(snapshot: StoredSnapshot): void {
    this.noteFolded(snapshot.seq)
    this.#content.adoptSnapshot(snapshot)
    // More was let go of while it was made: how large all of that is now, only the store knows.
    if (!this.#content.isHeld) void this.#recalled.recall()
  }

  /** The store has folded everything up to here, or cannot: it is not asked again for these rows. */
  noteFolded(seq: number): void {
    this.#snapshotSeq = Math.max(this.#snapshotSeq, seq)
    this.#bytesSinceSnapshot = 0
  }

  /** Takes nothing more in, and resolves once what was admitted is committed or has failed. */
  drain(): Promise<void> {
    this.#isDraining = true
    this.flush()
    return this.#log.settled()
  }

  /** Closes every connection and takes no more. An append that is under way still ends. */
  close(code: ErrorCode, reason: string): void {
    this.#isClosed = true
    this.#log.close()
    this.#audience.close(code, reason)
  }

  #answerStep1(member: Member, bytes: Uint8Array): void {
    const clocks = decodeStateVector(bytes, limits.stateVectorEntriesMax)
    if (clocks === undefined) return this.#closeMember(member, 'BAD_FRAME', 'the state vector is malformed')
    const vector = this.#content.isHeld ? bytes : new Uint8Array(bytes)
    this.#withContent(member, () => this.#writeStep2(member, clocks, vector))
  }

  #writeStep2(member: Member, clocks: ReadonlyMap<number, number>, vector: Uint8Array): void {
    // The answer may be far larger than the question: whoever does not take what they have gets it once they do.
    if (member.missedSince !== undefined || member.peer.buffered() > relayLimits.bufferedBytesMax)
      member.missedSince = { clocks, at: member.missedSince?.at ?? this.#host.clock.now(), owesStep2: true }
    else member.peer.write(frameStep2(this.#content.encodeDiff(clocks, vector)))
  }

  /** At once where the content is held; otherwise once it is there, for a member who is still here then. */
  #withContent(member: Member, use: () => void): void {
    if (this.#recalled.use()) return use()
    void this.#recalled.recall().then((isHeld) => {
      if (this.#isClosed || !this.#audience.has(member)) return
      if (isHeld) use()
      else this.#closeMember(member, 'UNAVAILABLE', 'the document cannot be read now')
    })
  }

  /** Whether a connection may show presence under this id, which is its user's from now on if it is its own and may write. */
  #mayShow(client: number, member: Member, isOwn: boolean): boolean {
    const { user, canWrite } = member.peer
    return isOwn && canWrite ? this.#log.announce(client, user) : this.#log.isFreeFor(client, user)
  }

  #receivePresence(member: Member, body: Uint8Array): void {
    this.#host.counters.presenceIn++
    const fault = this.#presence.receive(member, body)
    if (fault !== undefined) this.#closeMember(member, fault.code, fault.reason)
    this.#audience.tickPresence()
  }

  #committed(batch: Batch): void {
    this.#lastChangeAt = this.#host.clock.now()
    if (batch.rows.length > 0) {
      const { counters } = this.#host
      const updates = batch.rows.map((row) => row.update)
      counters.commits++
      counters.updatesIn += updates.length
      this.#content.append(updates)
      this.#bytesSinceSnapshot += batch.byteLength
      this.#audience.relayUpdates(updates, () => this.#log.clocksBefore(batch))
    }
    this.#intake.settle(batch.slots)
  }

  #failed(slots: readonly Slot[], isOutdated: boolean): void {
    for (const slot of slots)
      this.#closeMember(slot.member, 'UNAVAILABLE', 'the change could not be stored; it is asked for again')
    if (isOutdated) this.#host.roomOutdated(this)
  }

  #closeMember(member: Member, code: ErrorCode, reason: string): void {
    countRefusal(this.#host.counters, code)
    member.peer.close(code, reason)
  }
}
