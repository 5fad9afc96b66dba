import type { ChangeHint, Clock, Scheduler, Schema } from '@rejoin/core'
import { RecentChanges } from './recent-changes.ts'
import { recordRowOf } from './record-row-of.ts'
import type { ChangesPage, RecordStore } from './record-store.ts'
import type { ServerHooks } from './sync-service.ts'
import { TenantLane, type PushedRequest, type PushedResult } from './tenant-lane.ts'
import type { ChangedRecord, Overlay } from './overlay.ts'

export interface TenantRoomsOptions {
  readonly schema: Schema
  readonly store: RecordStore
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Time that only goes forward, ms. */
  readonly elapsedMs: () => number
  readonly hooks: ServerHooks
  readonly report: (problem: { readonly tenant: string; readonly error: unknown }) => void
}

export interface PageAfterPush {
  readonly afterSeq: number
  readonly limit: number
  /** Of the push. */
  readonly overlay: Overlay
}

type Listener = (hint: ChangeHint) => void

interface TenantRoom {
  readonly lane: TenantLane
  readonly listeners: Set<Listener>
  readonly recent: RecentChanges
  /** The last head that was told to listeners. */
  head: number
}

/** Rooms kept although nobody uses them, for their recent changes. */
const idleRoomsMax = 32
/** Rooms with recent changes: some MB each, and a server may have thousands of tenants with a page open. */
const rememberingRoomsMax = 64

/** What is kept of each tenant while somebody pushes or listens, and a while longer: its lane, its listeners and its recent changes. */
export class TenantRooms {
  readonly #options: TenantRoomsOptions
  readonly #roomByTenant = new Map<string, TenantRoom>()
  /** Those that nobody uses, the longest unused first. */
  readonly #idleTenants = new Set<string>()
  /** Those with recent changes, the longest unchanged first. */
  readonly #rememberingTenants = new Set<string>()

  constructor(options: TenantRoomsOptions) {
    this.#options = options
  }

  push(tenant: string, request: PushedRequest): Promise<PushedResult> {
    return this.#roomOf(tenant).lane.push(request)
  }

  /** Changes after a push: from memory where they are recent. They end with what this process has committed. */
  async changesAfterPush(tenant: string, { afterSeq, limit, overlay }: PageAfterPush): Promise<ChangesPage> {
    const { basisHead, head } = overlay
    // Who stands beyond the head that the push found knows another history (a restored backup), even if the push brought the head that far.
    if (afterSeq > basisHead) return { records: [], throughSeq: basisHead, head: basisHead, purgedThrough: 0 }
    const room = this.#roomByTenant.get(tenant)
    const recent = room?.recent.page({ afterSeq, limit })
    if (recent !== undefined) return recent
    // While others wait, a device that is far behind gets nothing with its push: it has to pull anyway, and nobody's push waits for old pages.
    if (room?.lane.isPressed === true) return { records: [], throughSeq: afterSeq, head, purgedThrough: 0 }
    return this.#options.store.tenant(tenant).changes({ afterSeq, limit })
  }

  async follow(tenant: string, listener: Listener): Promise<() => void> {
    const room = this.#roomOf(tenant)
    let isTold = false
    // A move during the read below would otherwise be told before the head itself.
    const tell: Listener = (hint) => {
      if (isTold) this.#tell(tenant, listener, hint)
    }
    room.listeners.add(tell)
    const stop = (): void => {
      room.listeners.delete(tell)
      this.#noteUse(tenant, room)
    }
    try {
      const nothing = { operationIds: [], places: [], devices: [], records: [] }
      const { head } = await this.#options.store.tenant(tenant).read(nothing)
      room.head = Math.max(room.head, head)
    } catch (error) {
      stop()
      throw error
    }
    isTold = true
    tell(this.#hint(room.head, room.head))
    return stop
  }

  #roomOf(tenant: string): TenantRoom {
    const known = this.#roomByTenant.get(tenant)
    if (known !== undefined) {
      this.#idleTenants.delete(tenant)
      return known
    }
    const { schema, store, clock, scheduler, elapsedMs, hooks, report } = this.#options
    const lane = new TenantLane({
      tenant,
      schema,
      records: store.tenant(tenant),
      clock,
      scheduler,
      elapsedMs,
      hooks,
      report: (error) => report({ tenant, error }),
      onIdle: () => this.#noteUse(tenant, room),
      onCommitted: ({ from, to, changes }) => {
        room.recent.add({ from, to, records: changes.map(({ record }) => record) })
        this.#noteRemembering(tenant)
        this.#announce(room, from, to)
        this.#runAfterCommit(tenant, changes)
      },
    })
    const room: TenantRoom = { lane, listeners: new Set(), recent: new RecentChanges(), head: 0 }
    this.#roomByTenant.set(tenant, room)
    return room
  }

  #noteUse(tenant: string, room: TenantRoom): void {
    this.#idleTenants.delete(tenant)
    if (!room.lane.isIdle || room.listeners.size > 0) return
    this.#idleTenants.add(tenant)
    const [longestUnused] = this.#idleTenants
    if (this.#idleTenants.size <= idleRoomsMax || longestUnused === undefined) return
    this.#idleTenants.delete(longestUnused)
    this.#roomByTenant.delete(longestUnused)
    this.#rememberingTenants.delete(longestUnused)
  }

  #noteRemembering(tenant: string): void {
    this.#rememberingTenants.delete(tenant)
    this.#rememberingTenants.add(tenant)
    const [longestUnchanged] = this.#rememberingTenants
    if (this.#rememberingTenants.size <= rememberingRoomsMax || longestUnchanged === undefined) return
    this.#rememberingTenants.delete(longestUnchanged)
    this.#roomByTenant.get(longestUnchanged)?.recent.forget()
  }

  #announce(room: TenantRoom, from: number, to: number): void {
    room.head = Math.max(room.head, to)
    const hint = this.#hint(from, to)
    for (const listener of room.listeners) listener(hint)
  }

  #hint(from: number, to: number): ChangeHint {
    return { from, to, head: to, epoch: this.#options.store.epoch }
  }

  #tell(tenant: string, listener: Listener, hint: ChangeHint): void {
    try {
      listener(hint)
    } catch (error) {
      this.#options.report({ tenant, error })
    }
  }

  #runAfterCommit(tenant: string, changes: readonly ChangedRecord[]): void {
    const { hooks, report } = this.#options
    if (hooks.afterCommit === undefined) return
    for (const { record, operationId } of changes)
      void this.#runOne({ tenant, row: recordRowOf(record), operationId }, hooks, report)
  }

  async #runOne(
    change: Parameters<NonNullable<ServerHooks['afterCommit']>>[0],
    hooks: ServerHooks,
    report: TenantRoomsOptions['report'],
  ): Promise<void> {
    try {
      await hooks.afterCommit?.(change)
    } catch (error) {
      report({ tenant: change.tenant, error })
    }
  }
}
