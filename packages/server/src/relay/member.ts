import { encodeReceipt, encodeRefused, type ErrorCode } from '@rejoin/core'
import { frameMessage } from './frames.ts'
import type { Peer } from './peer.ts'
import { relayLimits } from './relay-limits.ts'

/** One sync frame of a connection, from its arrival to its verdict. */
export interface Slot {
  readonly member: Member
  /** Counted from 1 over the connection's step 2 and update frames. */
  readonly number: number
  isSettled: boolean
}

interface PresenceStates {
  readonly second: number
  readonly used: number
}

const noPresenceStates: PresenceStates = { second: 0, used: 0 }

/** A peer in a room, with the book-keeping of its frames. */
export class Member {
  readonly peer: Peer
  /** Server time of joining, ms since the epoch. */
  readonly joinedAt: number
  /** The presence client id that this connection announced first: its own. */
  ownClient: number | undefined
  /** Presence client ids that this connection speaks for. */
  readonly presenceClients = new Set<number>()
  /** A step 1 of ours is unanswered; there is never a second one. */
  isAsked = false
  /** What the connection has, from the moment it became too slow; it gets the rest once it has drained: as the answer to its step 1, if it is owed one. */
  missedSince: { readonly clocks: ReadonlyMap<number, number>; readonly at: number; readonly owesStep2: boolean } | undefined
  /** Different presence client ids so far. */
  presenceClientsEver = 0
  /** New presence states in the second of the last one. */
  presenceStates: PresenceStates = noPresenceStates
  #frameCount = 0
  #settledCount = 0
  #receiptedCount = 0
  #unsettled: Slot[] = []
  /** Frames that did not fit and wait for a step 2 that contains them. */
  #waiting: Slot[] = []
  #fruitlessAnswers = 0

  constructor(peer: Peer, joinedAt: number) {
    this.peer = peer
    this.joinedAt = joinedAt
  }

  /** Opens the slot of the next sync frame. */
  nextSlot(): Slot {
    const slot: Slot = { member: this, number: ++this.#frameCount, isSettled: false }
    this.#unsettled.push(slot)
    return slot
  }

  settle(slot: Slot): void {
    slot.isSettled = true
    let settled = 0
    while (this.#unsettled[settled]?.isSettled === true) settled++
    if (settled === 0) return
    this.#settledCount += settled
    this.#unsettled.splice(0, settled)
  }

  /** Tells our client what was settled since the last receipt. */
  sendReceipt(): void {
    if (this.#receiptedCount === this.#settledCount) return
    this.#receiptedCount = this.#settledCount
    if (this.peer.isRejoin) this.peer.write(frameMessage(encodeReceipt({ settledCount: this.#settledCount })))
  }

  /** The frame will not be stored. Our client is told and stays; a stock client has no word for it and is closed. */
  refuse(slot: Slot, code: ErrorCode, reason: string): void {
    if (!this.peer.isRejoin) {
      this.peer.close(code, reason)
      return
    }
    this.peer.write(frameMessage(encodeRefused({ frameNumber: slot.number, code, reason })))
    this.settle(slot)
  }

  /** The frame did not fit; a step 2 will bring its content again. */
  wait(slot: Slot): void {
    this.#waiting.push(slot)
  }

  get hasTooManyWaiting(): boolean {
    return this.#waiting.length > relayLimits.waitingFramesMax
  }

  /** An answer fitted whole: it contains every frame that was sent before it and did not fit. */
  takeWaiting(): Slot[] {
    const waiting = this.#waiting
    this.#waiting = []
    this.#fruitlessAnswers = 0
    return waiting
  }

  /** An answer did not fit whole. Returns whether it is worth asking again. */
  noteFruitlessAnswer(): boolean {
    return ++this.#fruitlessAnswers < relayLimits.resyncAnswersMax
  }

  /** Gives up the frames that no answer could heal. */
  refuseWaiting(code: ErrorCode, reason: string): void {
    for (const slot of this.takeWaiting()) this.refuse(slot, code, reason)
  }
}
