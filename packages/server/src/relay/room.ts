import { limits, type Clock, type ErrorCode, type Scheduler } from '@rejoin/core'
import type { Admission } from '../admission/admit-update.ts'
import { diffState } from '../admission/diff-state.ts'
import type { KnownState } from '../admission/known-state.ts'
import { decodeStateVector, encodeStateVector } from '../admission/state-vector.ts'
import { Audience } from './audience.ts'
import type { Batch } from './batch.ts'
import type { AppendRequest, AppendResult, ClientBinding, StoredSnapshot } from './document-store.ts'
import { frameDenied, frameStep1, frameStep2 } from './frames.ts'
import { greet } from './greet.ts'
import type { InboundMessage } from './inbound-message.ts'
import { Member, type Slot } from './member.ts'
import type { Peer } from './peer.ts'
import { Presence } from './presence.ts'
import { countRefusal, type RelayCounters } from './relay-counters.ts'
import { relayLimits } from './relay-limits.ts'
import type { RoomContent } from './room-content.ts'
import { RoomLog } from './room-log.ts'

/** What a room needs from the relay. */
export interface RoomHost {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly counters: RelayCounters
  append(request: AppendRequest): Promise<AppendResult>
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
  readonly #presence: Presence
  readonly #audience: Audience
  #snapshotSeq: number
  #lastChangeAt: number
  #isClosed = false

  constructor(start: RoomStart, host: RoomHost) {
    this.generation = start.generation
    this.#host = host
    this.#content = start.content
    this.#snapshotSeq = start.snapshotSeq
    this.#lastChangeAt = host.clock.now()
    this.#log = new RoomLog(start, {
      clock: host.clock,
      append: (request) => host.append(request),
      flushSoon: () => host.flushSoon(this),
      committed: (batch) => this.#committed(batch),
      failed: (slots, isOutdated) => this.#failed(slots, isOutdated),
    })
    this.#presence = new Presence(host.clock, (client, member) => this.#log.announce(client, member.peer.user))
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

  get rowsSinceSnapshot(): number {
    return this.#log.seq - this.#snapshotSeq
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
    this.#ask(member)
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
        return this.#receiveUpdate(member, message.update, { isStep2: false })
      case 'step2':
        return this.#receiveUpdate(member, message.update, { isStep2: true })
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

  /** Hands what was admitted to the log; called at the end of the turn that admitted it. */
  flush(): void {
    if (!this.#isClosed) this.#log.flush()
  }

  /** The connection took what was buffered. */
  drained(member: Member): void {
    this.#audience.catchUp(member, () => this.#content.encodeState())
  }

  /** Closes connections that have been too slow for too long. */
  sweep(): void {
    this.#audience.sweep()
  }

  /** The committed state as one update. */
  encodeState(): Uint8Array {
    return this.#content.encodeState()
  }

  adoptSnapshot(snapshot: StoredSnapshot): void {
    this.#snapshotSeq = Math.max(this.#snapshotSeq, snapshot.seq)
    this.#content.adoptSnapshot(snapshot)
  }

  /** Resolves once what was admitted is committed or has failed. */
  drain(): Promise<void> {
    this.flush()
    return this.#log.settled()
  }

  /** Closes every connection and takes no more. An append that is under way still ends. */
  close(code: ErrorCode, reason: string): void {
    this.#isClosed = true
    this.#audience.close(code, reason)
  }

  #receiveUpdate(member: Member, update: Uint8Array, frame: { readonly isStep2: boolean }): void {
    const isAnswer = frame.isStep2 && member.isAsked
    if (isAnswer) member.isAsked = false
    const slot = member.nextSlot()
    const admission = this.#log.judge(update, { user: member.peer.user, takePrefix: isAnswer })
    if (admission.type !== 'known' && !member.peer.canWrite) return this.#refuseReader(slot)
    switch (admission.type) {
      case 'accepted':
        return this.#accept(slot, admission, { ...frame, isAnswer, input: update })
      case 'known':
        return this.#settleWithPending(isAnswer ? [...member.takeWaiting(), slot] : [slot])
      case 'resync':
        return this.#heal(slot, isAnswer, admission.reason)
      case 'refused':
        return this.#refuse(slot, admission.code, admission.reason)
    }
  }

  #accept(
    slot: Slot,
    admission: Extract<Admission, { type: 'accepted' }>,
    frame: { readonly isStep2: boolean; readonly isAnswer: boolean; readonly input: Uint8Array },
  ): void {
    const { member } = slot
    if (this.#content.byteLength + this.#log.gatheringBytes + admission.update.length > relayLimits.documentBytesMax) {
      return this.#refuse(slot, 'TOO_LARGE', 'the document has reached its largest size')
    }
    // The input is a view into the socket's buffer, which is far larger than the update and must not be kept.
    const update = admission.update.buffer === frame.input.buffer ? new Uint8Array(admission.update) : admission.update
    const row = { update, user: member.peer.user, at: this.#host.clock.now() }
    const batch = this.#log.accept(admission, row, !frame.isStep2)
    if (!admission.isWhole) return this.#heal(slot, frame.isAnswer, 'a part of the answer did not fit')
    if (frame.isAnswer) batch.slots.push(...member.takeWaiting())
    batch.slots.push(slot)
  }

  /** A repeat of something not yet committed waits for that commit; of something committed, it is settled now. */
  #settleWithPending(slots: readonly Slot[]): void {
    const { pending } = this.#log
    if (pending === undefined) this.#settle(slots)
    else pending.slots.push(...slots)
  }

  #settle(slots: readonly Slot[]): void {
    for (const slot of slots) slot.member.settle(slot)
    for (const slot of slots) slot.member.sendReceipt()
  }

  /** The frame does not fit yet: a step 2 brings what is missing, and the frame's own content with it. */
  #heal(slot: Slot, isAnswer: boolean, reason: string): void {
    const { member } = slot
    member.wait(slot)
    if (isAnswer && !member.noteFruitlessAnswer()) {
      countRefusal(this.#host.counters, 'RESYNC_FAILED')
      member.refuseWaiting(reason)
      member.sendReceipt()
    } else {
      this.#ask(member)
    }
  }

  /** Asks for everything we lack, unless the same question is still open. */
  #ask(member: Member): void {
    if (member.isAsked) return
    member.isAsked = true
    member.peer.write(frameStep1(encodeStateVector(this.#log.admittedClocks)))
  }

  #refuse(slot: Slot, code: ErrorCode, reason: string): void {
    countRefusal(this.#host.counters, code)
    slot.member.refuse(slot, code, reason)
    slot.member.sendReceipt()
  }

  /** A stock client that may only read is told so and goes on reading. */
  #refuseReader(slot: Slot): void {
    const reason = 'you may read this document, not change it'
    if (slot.member.peer.isRejoin) return this.#refuse(slot, 'FORBIDDEN', reason)
    countRefusal(this.#host.counters, 'FORBIDDEN')
    slot.member.peer.write(frameDenied(reason))
    slot.member.settle(slot)
  }

  #answerStep1(member: Member, bytes: Uint8Array): void {
    const stateVector = decodeStateVector(bytes, limits.stateVectorEntriesMax)
    if (stateVector === undefined) return this.#closeMember(member, 'BAD_FRAME', 'the state vector is malformed')
    const state = this.#content.encodeState()
    member.peer.write(frameStep2(stateVector.size === 0 ? state : diffState(state, stateVector)))
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
      this.#audience.relayUpdates(updates, () => this.#log.clocksBefore(batch))
    }
    this.#settle(batch.slots)
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
