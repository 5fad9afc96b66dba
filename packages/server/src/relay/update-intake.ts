import type { Clock, ErrorCode } from '@rejoin/core'
import type { Admission } from '../admission/admit-update.ts'
import { encodeStateVector } from '../admission/state-vector.ts'
import { frameDenied, frameStep1 } from './frames.ts'
import type { Member, Slot } from './member.ts'
import { documentFull, outgrowsDocument } from './document-size.ts'
import { countRefusal, type RelayCounters } from './relay-counters.ts'
import type { RoomContent } from './room-content.ts'
import type { RoomLog } from './room-log.ts'

export interface UpdateIntakeOptions {
  readonly clock: Clock
  readonly counters: RelayCounters
  readonly log: RoomLog
  readonly content: RoomContent
}

interface Frame {
  readonly slot: Slot
  /** A view into the socket's buffer. */
  readonly bytes: Uint8Array
  readonly isStep2: boolean
  /** The step 2 that we asked for. */
  readonly isAnswer: boolean
}

/**
 * What becomes of a sync frame: stored, settled as known, healed or refused.
 *
 * 1. Every frame has a slot, and every slot gets its verdict: by a commit, at once, or with the answer that contains it.
 * 2. At most one step 1 of ours is unanswered. An answer that fits whole settles every frame that waited for it; one that is refused takes them with it.
 * 3. A stock client has no word for a refusal, so it is closed; one that may only read is told and goes on reading.
 */
export class UpdateIntake {
  readonly #options: UpdateIntakeOptions

  constructor(options: UpdateIntakeOptions) {
    this.#options = options
  }

  receive(member: Member, bytes: Uint8Array, isStep2: boolean): void {
    const isAnswer = isStep2 && member.isAsked
    if (isAnswer) member.isAsked = false
    const frame: Frame = { slot: member.nextSlot(), bytes, isStep2, isAnswer }
    const admission = this.#options.log.judge(bytes, { user: member.peer.user, takePrefix: isAnswer })
    if (admission.type !== 'known' && !member.peer.canWrite) return this.#refuseReader(frame)
    switch (admission.type) {
      case 'accepted':
        return this.#accept(frame, admission)
      case 'known':
        return this.#settleWithPending(isAnswer ? [...member.takeWaiting(), frame.slot] : [frame.slot])
      case 'resync':
        return this.#heal(frame, admission.reason)
      case 'refused':
        return this.#refuse(frame, admission.code, admission.reason)
    }
  }

  /** Asks for everything that is not committed, unless the same question is still open. */
  ask(member: Member): void {
    if (member.isAsked) return
    member.isAsked = true
    member.peer.write(frameStep1(encodeStateVector(this.#options.log.committedClocks)))
  }

  /** Gives the slots their verdict and tells their senders. */
  settle(slots: readonly Slot[]): void {
    for (const slot of slots) slot.member.settle(slot)
    for (const slot of slots) slot.member.sendReceipt()
  }

  #accept(frame: Frame, admission: Extract<Admission, { type: 'accepted' }>): void {
    const { clock, log } = this.#options
    const { member } = frame.slot
    if (outgrowsDocument(admission, this.#options)) return this.#refuse(frame, 'TOO_LARGE', documentFull)
    // The socket's buffer is far larger than the update and must not be kept.
    const update = admission.update.buffer === frame.bytes.buffer ? new Uint8Array(admission.update) : admission.update
    const batch = log.accept(
      admission,
      { update, user: member.peer.user, at: clock.now() },
      frame.isStep2 ? null : member.peer.user,
    )
    if (!admission.isWhole) return this.#heal(frame, 'a part of the answer did not fit')
    if (frame.isAnswer) for (const waiting of member.takeWaiting()) batch.slots.push(waiting)
    batch.slots.push(frame.slot)
  }

  /** A repeat of something not yet committed waits for that commit; of something committed, it is settled now. */
  #settleWithPending(slots: readonly Slot[]): void {
    const { pending } = this.#options.log
    if (pending === undefined) this.settle(slots)
    else for (const slot of slots) pending.slots.push(slot)
  }

  /** The frame does not fit yet: a step 2 brings what is missing, and the frame's own content with it. */
  #heal({ slot, isAnswer }: Frame, reason: string): void {
    const { member } = slot
    member.wait(slot)
    const isHopeless = (isAnswer && !member.noteFruitlessAnswer()) || member.hasTooManyWaiting
    if (!isHopeless) return this.ask(member)
    countRefusal(this.#options.counters, 'RESYNC_FAILED')
    member.refuseWaiting('RESYNC_FAILED', reason)
    member.sendReceipt()
  }

  #refuse({ slot, isAnswer }: Frame, code: ErrorCode, reason: string): void {
    const { member } = slot
    countRefusal(this.#options.counters, code)
    // What waited for this answer has no other on its way.
    if (isAnswer) member.refuseWaiting(code, reason)
    member.refuse(slot, code, reason)
    member.sendReceipt()
  }

  #refuseReader(frame: Frame): void {
    const { member } = frame.slot
    const reason = 'you may read this document, not change it'
    if (member.peer.isRejoin) return this.#refuse(frame, 'FORBIDDEN', reason)
    countRefusal(this.#options.counters, 'FORBIDDEN')
    member.peer.write(frameDenied(reason))
    member.settle(frame.slot)
  }
}
