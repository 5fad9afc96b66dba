import type { Clock, ErrorCode, Scheduler } from '@rejoin/core'
import { diffState } from '../admission/diff-state.ts'
import { frameStep2, frameUpdates } from './frames.ts'
import type { Member } from './member.ts'
import type { Presence } from './presence.ts'
import { countRefusal, type RelayCounters } from './relay-counters.ts'
import { relayLimits } from './relay-limits.ts'

export interface AudienceHost {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly counters: RelayCounters
}

/** Everybody in a room, and what goes out to all of them: the same bytes, once each, to whoever can take them. */
export class Audience {
  readonly #host: AudienceHost
  readonly #presence: Presence
  readonly #members = new Set<Member>()
  #cancelPresenceTick: (() => void) | undefined
  #isClosed = false

  constructor(host: AudienceHost, presence: Presence) {
    this.#host = host
    this.#presence = presence
  }

  get isEmpty(): boolean {
    return this.#members.size === 0
  }

  add(member: Member): void {
    this.#members.add(member)
  }

  has(member: Member): boolean {
    return this.#members.has(member)
  }

  /** `false` where the member was not here. */
  remove(member: Member): boolean {
    if (!this.#members.delete(member)) return false
    this.#presence.leave(member)
    this.tickPresence()
    return true
  }

  /** Writes committed updates to everybody. `clocksBefore` is asked only where somebody is too slow to be written to. */
  relayUpdates(updates: readonly Uint8Array[], clocksBefore: () => ReadonlyMap<number, number>): void {
    const { counters, clock } = this.#host
    const frames = frameUpdates(updates)
    for (const member of this.#members) {
      if (member.missedSince !== undefined) continue
      if (member.peer.buffered() > relayLimits.bufferedBytesMax) {
        member.missedSince = { clocks: clocksBefore(), at: clock.now(), owesStep2: false }
        continue
      }
      member.peer.write(frames)
      counters.updatesOut += updates.length
    }
  }

  /** The connection took what was buffered: one that was too slow gets all it missed, as one update. */
  catchUp(member: Member, encodeState: () => Uint8Array): void {
    if (member.missedSince === undefined) return
    const { clocks, owesStep2 } = member.missedSince
    const missed = diffState(encodeState(), clocks)
    member.missedSince = undefined
    member.peer.write(owesStep2 ? frameStep2(missed) : frameUpdates([missed]))
  }

  /** Closes connections that have been too slow for too long. */
  sweep(): void {
    const slowSince = this.#host.clock.now() - relayLimits.slowConsumerMs
    for (const member of this.#members) {
      if (member.missedSince === undefined || member.missedSince.at >= slowSince) continue
      countRefusal(this.#host.counters, 'TOO_SLOW')
      member.peer.close('TOO_SLOW', 'the connection takes too little data')
    }
  }

  /** Sends changed presence once the tick is over, with whatever changes until then. */
  tickPresence(): void {
    if (!this.#presence.hasChanges || this.#cancelPresenceTick !== undefined || this.#isClosed) return
    this.#cancelPresenceTick = this.#host.scheduler.after(relayLimits.presenceTickMs, () => {
      this.#cancelPresenceTick = undefined
      this.#relayPresence()
    })
  }

  close(code: ErrorCode, reason: string): void {
    this.#isClosed = true
    this.#cancelPresenceTick?.()
    for (const member of this.#members) member.peer.close(code, reason)
  }

  /** Presence is the first thing to go under pressure: whoever is behind gets the next one. */
  #relayPresence(): void {
    const changes = this.#presence.takeChanges()
    if (changes === undefined) return
    for (const member of this.#members) {
      if (member.missedSince !== undefined || member.peer.buffered() > relayLimits.bufferedBytesMax / 4) continue
      member.peer.write(changes.frame)
      this.#host.counters.presenceOut += changes.count
    }
  }
}
