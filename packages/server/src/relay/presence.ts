import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { limits, type Clock } from '@rejoin/core'
import { frameAwareness } from './frames.ts'
import type { Member } from './member.ts'
import { relayLimits } from './relay-limits.ts'

interface PresenceEntry {
  clock: number
  /** JSON; `null` once the client is gone. */
  state: string
  /** The connection that speaks for this client; `undefined` once it is gone. */
  owner: Member | undefined
  /** The owner is the client itself: its id came first on the connection. Otherwise a neighbouring tab passed it on. */
  isOwn: boolean
  changedAt: number
}

/** Whether a connection may show presence under a client id. `isOwn`: the id is its own, not a neighbour tab's. */
type MayShow = (client: number, member: Member, isOwn: boolean) => boolean

/** A reason to close the sender, or `undefined` where all is well. */
export type PresenceFault = { readonly code: 'BAD_FRAME' | 'TOO_LARGE'; readonly reason: string }

/**
 * Who is here. Latest wins, and only the connection that first announced a client id speaks for it: stock clients send back
 * every presence they receive, so foreign and old entries are normal traffic, dropped after reading two integers.
 */
export class Presence {
  readonly #clock: Clock
  readonly #mayShow: MayShow
  readonly #entryByClient = new Map<number, PresenceEntry>()
  readonly #changed = new Set<number>()

  constructor(clock: Clock, mayShow: MayShow) {
    this.#clock = clock
    this.#mayShow = mayShow
  }

  get hasChanges(): boolean {
    return this.#changed.size > 0
  }

  /** Takes in an awareness update. On a fault, entries before the faulty one have been taken. */
  receive(member: Member, body: Uint8Array): PresenceFault | undefined {
    try {
      const decoder = decoding.createDecoder(body)
      const count = decoding.readVarUint(decoder)
      if (count > limits.presenceEntriesMax) return { code: 'TOO_LARGE', reason: 'too many presence entries in one message' }
      for (let index = 0; index < count; index++) {
        const client = decoding.readVarUint(decoder)
        const clock = decoding.readVarUint(decoder)
        const state = decoding.readVarUint8Array(decoder)
        const isOwn = this.#isOwn(member, client)
        const fault = this.#isNews(member, { client, clock, isOwn })
          ? this.#take(member, { client, clock, state, isOwn })
          : undefined
        if (fault !== undefined) return fault
      }
      return decoding.hasContent(decoder)
        ? { code: 'BAD_FRAME', reason: 'the presence update has bytes after its end' }
        : undefined
    } catch {
      return { code: 'BAD_FRAME', reason: 'the presence update is malformed' }
    }
  }

  /** Everybody's presence, for one who has just come; `undefined` where nobody shows any. */
  frameAll(): Uint8Array | undefined {
    const clients = [...this.#entryByClient].filter(([, entry]) => entry.owner !== undefined).map(([client]) => client)
    return clients.length === 0 ? undefined : this.#frame(clients)
  }

  /** What changed since the last call, for everybody at once. */
  takeChanges(): { readonly frame: Uint8Array; readonly count: number } | undefined {
    if (this.#changed.size === 0) return undefined
    const clients = [...this.#changed]
    this.#changed.clear()
    const frame = this.#frame(clients)
    this.#forgetDeparted()
    return { frame, count: clients.length }
  }

  /** The connection is gone, and with it everybody it spoke for. */
  leave(member: Member): void {
    for (const client of member.presenceClients) {
      const entry = this.#entryByClient.get(client)
      // The clock stays: y-protocols lets an equal one remove, and the client comes back with the clock it has now.
      if (entry?.owner === member) this.#set(client, { ...entry, state: 'null', owner: undefined, changedAt: this.#clock.now() })
    }
    member.presenceClients.clear()
  }

  /** A client announces itself first, alone, when its connection opens; whatever id comes later was passed on. */
  #isOwn(member: Member, client: number): boolean {
    member.ownClient ??= client
    return member.ownClient === client
  }

  #isNews(member: Member, entry: { readonly client: number; readonly clock: number; readonly isOwn: boolean }): boolean {
    const known = this.#entryByClient.get(entry.client)
    if (known === undefined) return true
    if (known.owner === member) return entry.clock >= known.clock
    // The client itself, on a new connection while the old one is not yet known to be dead, is ahead of its own echo.
    if (known.owner !== undefined)
      return entry.isOwn && (entry.clock > known.clock || (!known.isOwn && entry.clock === known.clock))
    // Whoever joined after the departure cannot be echoing: it is the client itself, back with the clock it left with.
    return member.joinedAt >= known.changedAt ? entry.clock >= known.clock : entry.clock > known.clock
  }

  #take(
    member: Member,
    entry: { readonly client: number; readonly clock: number; readonly state: Uint8Array; readonly isOwn: boolean },
  ): PresenceFault | undefined {
    const { client, clock, isOwn } = entry
    if (entry.state.length > limits.presenceStateBytesMax) return { code: 'TOO_LARGE', reason: 'the presence state is too large' }
    // Asked before anything is parsed. Leaving is always heard.
    if (entry.state.length !== leaveBytes && !this.#hasBudget(member)) return undefined
    const state = clock < presenceClockMax ? readState(entry.state) : undefined
    if (state === undefined) return { code: 'BAD_FRAME', reason: 'the presence entry is malformed' }
    const known = this.#entryByClient.get(client)
    if (state === 'null') return this.#remove(member, client, clock)
    // y-protocols: an equal clock may only remove.
    if (known?.owner === member && known.clock === clock) return undefined
    if (!member.presenceClients.has(client) && !this.#mayAnnounce(member, client, isOwn)) return undefined
    known?.owner?.presenceClients.delete(client)
    member.presenceClients.add(client)
    this.#set(client, { clock, state, owner: member, isOwn, changedAt: this.#clock.now() })
    return undefined
  }

  #remove(member: Member, client: number, clock: number): undefined {
    const known = this.#entryByClient.get(client)
    if (known?.owner !== member) return
    member.presenceClients.delete(client)
    this.#set(client, { ...known, clock, state: 'null', owner: undefined, changedAt: this.#clock.now() })
  }

  #mayAnnounce(member: Member, client: number, isOwn: boolean): boolean {
    if (member.presenceClients.size >= relayLimits.presenceClientsMax) return false
    if (member.presenceClientsEver >= relayLimits.presenceClientsEverMax || !this.#mayShow(client, member, isOwn)) return false
    member.presenceClientsEver++
    return true
  }

  #hasBudget(member: Member): boolean {
    const second = Math.floor(this.#clock.now() / 1000)
    const used = member.presenceStates.second === second ? member.presenceStates.used + 1 : 1
    member.presenceStates = { second, used }
    return used <= relayLimits.presencePerSecondMax
  }

  #set(client: number, entry: PresenceEntry): void {
    this.#entryByClient.set(client, entry)
    this.#changed.add(client)
  }

  /** Several messages where one would be too much: a stock client sends each of them back, and must not be refused for it. */
  #frame(clients: readonly number[]): Uint8Array {
    const frames: Uint8Array[] = []
    let entries: Uint8Array[] = []
    let byteLength = 0
    const flush = (): void => {
      if (entries.length > 0) frames.push(frameEntries(entries))
      entries = []
      byteLength = 0
    }
    for (const client of clients) {
      const entry = this.#encodeEntry(client)
      if (entries.length >= relayLimits.presenceFrameEntriesMax || byteLength + entry.length > relayLimits.presenceFrameBytesMax)
        flush()
      entries.push(entry)
      byteLength += entry.length
    }
    flush()
    return frames.length === 1 && frames[0] !== undefined ? frames[0] : Buffer.concat(frames)
  }

  #encodeEntry(client: number): Uint8Array {
    const entry = this.#entryByClient.get(client)
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, entry?.clock ?? 0)
    encoding.writeVarString(encoder, entry?.state ?? 'null')
    return encoding.toUint8Array(encoder)
  }

  #forgetDeparted(): void {
    const keepSince = this.#clock.now() - relayLimits.presenceTombstoneMs
    for (const [client, entry] of this.#entryByClient) {
      if (entry.owner === undefined && entry.changedAt < keepSince) this.#entryByClient.delete(client)
    }
  }
}

/** Clocks from here on are forged: a client would have to change its presence for millennia. */
const presenceClockMax = 2 ** 48

/** Length of the state `null`: gone. */
const leaveBytes = 4

function frameEntries(entries: readonly Uint8Array[]): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, entries.length)
  for (const entry of entries) encoding.writeUint8Array(encoder, entry)
  return frameAwareness(encoding.toUint8Array(encoder))
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The state's text where it is JSON: an invalid one would throw in the neighbours' clients. */
function readState(bytes: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(bytes)
    return JSON.parse(text) === null ? 'null' : text
  } catch {
    return undefined
  }
}
