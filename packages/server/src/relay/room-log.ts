import { limits, type Clock } from '@rejoin/core'
import { admitUpdate, type Admission } from '../admission/admit-update.ts'
import { applyDelta, revertDelta, type KnownState } from '../admission/known-state.ts'
import { createBatch, type Batch } from './batch.ts'
import type { AppendRequest, AppendResult, ClientBinding, KeptVerdict, LogRow } from './document-store.ts'
import type { Slot } from './member.ts'

export interface RoomLogHost {
  readonly clock: Clock
  append(request: AppendRequest): Promise<AppendResult>
  /** Calls `flush` at the end of this turn of the event loop. */
  flushSoon(): void
  /** The rows are durable. */
  committed(batch: Batch): void
  /** Nothing of the batches is stored; admission has been taken back. `isOutdated`: the document has moved on without this room. */
  failed(slots: readonly Slot[], isOutdated: boolean): void
}

/**
 * What a room knows of its document, and the way of an admitted update into the log.
 *
 * 1. *Admitted* is known at once, so that the next frame is judged against it; only what is *committed* is shown to anybody.
 * 2. At most one append is under way; what is admitted meanwhile gathers for the next.
 * 3. A failed append takes back what it admitted and whatever was built on it.
 */
export class RoomLog {
  readonly #document: string
  readonly #generation: string
  readonly #host: RoomLogHost
  readonly #known: KnownState
  readonly #userByClient = new Map<number, string>()
  #seq: number
  #gathering: Batch | undefined
  #committing: Batch | undefined
  #appending: Promise<void> | undefined

  constructor(
    start: {
      readonly document: string
      readonly generation: string
      readonly seq: number
      readonly known: KnownState
      readonly bindings: readonly ClientBinding[]
    },
    host: RoomLogHost,
  ) {
    this.#document = start.document
    this.#generation = start.generation
    this.#seq = start.seq
    this.#known = start.known
    this.#host = host
    for (const { client, user } of start.bindings) this.#userByClient.set(client, user)
  }

  get seq(): number {
    return this.#seq
  }

  /** Clocks of everything committed. What is merely admitted may be taken back, and whoever was asked without it would not send it again. */
  get committedClocks(): ReadonlyMap<number, number> {
    return this.pending === undefined ? this.#known.clocks : this.#clocksWithout([this.#gathering, this.#committing])
  }

  /** Bytes admitted and not yet committed. */
  get pendingBytes(): number {
    return this.#gatheringBytes + (this.#committing?.byteLength ?? 0)
  }

  /** Nothing is admitted that is not committed. */
  get isSettled(): boolean {
    return this.pending === undefined
  }

  /** Judges an update against all that was admitted. Changes nothing. */
  judge(update: Uint8Array, sender: { readonly user: string | null; readonly takePrefix: boolean }): Admission {
    return admitUpdate(this.#known, update, {
      canExtend: (client) => this.isFreeFor(client, sender.user),
      takePrefix: sender.takePrefix,
      limits,
    })
  }

  /** Takes an accepted update in, for the next append. The ids it extends belong to `owner` from now on, where there is one. */
  accept(admission: Extract<Admission, { type: 'accepted' }>, row: LogRow, owner: string | null): Batch {
    applyDelta(this.#known, admission.delta)
    const batch = this.#gather()
    batch.rows.push(row)
    batch.deltas.push(admission.delta)
    batch.byteLength += row.update.length
    if (batch.rows.length === 1) this.#flushSoon()
    if (owner !== null) {
      for (const [client] of admission.delta.clocks) this.#bind(batch, client, owner)
    }
    return batch
  }

  /** Takes verdicts in for the next append, after the rows that carry the effect of their operations; `settled` hears whether it became durable. */
  keep(verdicts: readonly KeptVerdict[], settled: (isDurable: boolean) => void): void {
    const batch = this.#gather()
    batch.verdicts.push(...verdicts)
    batch.writers.push(settled)
    this.#flushSoon()
  }

  /** Binds an id that a connection announced; `false` where it belongs to somebody else. Under auth none nothing is bound. */
  announce(client: number, user: string | null): boolean {
    if (!this.isFreeFor(client, user)) return false
    if (user === null || this.#userByClient.has(client)) return true
    this.#bind(this.#gather(), client, user)
    this.#flushSoon()
    return true
  }

  /** The batch whose commit settles a repeat of something admitted; `undefined` where all is committed. */
  get pending(): Batch | undefined {
    return this.#gatheringBytes > 0 ? this.#gathering : this.#committing
  }

  /** Hands what has gathered to the log, unless an append is under way. */
  flush(): void {
    if (this.#committing !== undefined || this.#gathering === undefined) return
    // Bindings alone do not bring a document into being: they wait for its first write.
    if (this.#gathering.rows.length === 0 && this.#gathering.verdicts.length === 0 && this.#seq === 0) return
    const batch = this.#gathering
    this.#gathering = undefined
    this.#committing = batch
    this.#appending = this.#host
      .append({
        document: this.#document,
        generation: this.#generation,
        afterSeq: this.#seq,
        rows: batch.rows,
        bindings: batch.bindings,
        ...(batch.verdicts.length > 0 && { verdicts: batch.verdicts }),
      })
      .then(
        (result) => {
          this.#appending = undefined
          if (result.type === 'stale') return this.#fail(true)
          this.#committing = undefined
          this.#seq = result.seq
          this.#host.committed(batch)
          for (const settled of batch.writers) settled(true)
          this.flush()
        },
        () => {
          this.#appending = undefined
          this.#fail(false)
        },
      )
  }

  /** Resolves once nothing is admitted that is not committed. */
  async settled(): Promise<void> {
    while (this.#appending !== undefined) await this.#appending
  }

  /** The committed clocks as they were before `batch`, the last one committed. */
  clocksBefore(batch: Batch): ReadonlyMap<number, number> {
    return this.#clocksWithout([this.#gathering, batch])
  }

  /** Nobody flushes any more: who waits for what has gathered waits in vain, unless an append under way takes it along. */
  close(): void {
    if (this.#committing === undefined) for (const settled of this.#gathering?.writers.splice(0) ?? []) settled(false)
  }

  #clocksWithout(batches: readonly (Batch | undefined)[]): ReadonlyMap<number, number> {
    const clocks = new Map(this.#known.clocks)
    for (const batch of batches) {
      for (const delta of batch?.deltas.toReversed() ?? []) {
        for (const [client, before] of delta.clocks) {
          if (before === 0) clocks.delete(client)
          else clocks.set(client, before)
        }
      }
    }
    return clocks
  }

  #gather(): Batch {
    this.#gathering ??= createBatch()
    return this.#gathering
  }

  /** While an append is under way, its end flushes what has gathered. */
  #flushSoon(): void {
    if (this.#committing === undefined) this.#host.flushSoon()
  }

  /** Whether the id belongs to nobody else. */
  isFreeFor(client: number, user: string | null): boolean {
    const bound = this.#userByClient.get(client)
    return bound === undefined || bound === user
  }

  #bind(batch: Batch, client: number, user: string): void {
    if (this.#userByClient.has(client)) return
    this.#userByClient.set(client, user)
    batch.bindings.push({ client, user })
  }

  #fail(isOutdated: boolean): void {
    const failed = [this.#gathering, this.#committing].filter((batch) => batch !== undefined)
    this.#gathering = undefined
    this.#committing = undefined
    for (const batch of failed) {
      for (const delta of batch.deltas.toReversed()) revertDelta(this.#known, delta)
    }
    // Who an id belongs to hangs on no row: it is recorded with the next batch.
    const bindings = failed.flatMap((batch) => batch.bindings)
    if (bindings.length > 0) this.#gather().bindings.push(...bindings)
    this.#host.failed(
      failed.flatMap((batch) => batch.slots),
      isOutdated,
    )
    for (const { writers } of failed) for (const settled of writers) settled(false)
  }

  get #gatheringBytes(): number {
    return this.#gathering?.byteLength ?? 0
  }
}
