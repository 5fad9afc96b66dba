import type { Random } from '@rejoin/core'
import { z } from 'zod'
import type { RecordTables } from '../record-database/record-database.ts'
import { uuidV7 } from '../record-database/uuid-v7.ts'
import { readMeta, writeMeta } from './meta-value.ts'

const factsSchema = z.strictObject({
  deviceId: z.string(),
  lastDeviceSeq: z.int().nonnegative(),
  lastEntryId: z.int().nonnegative(),
  lastAttentionId: z.int().nonnegative(),
})

const storedFactsSchema = z.object({ value: factsSchema })

/** The last entry that was given a number, 0 where there was none; `Infinity` where that cannot be read. */
export async function lastEntryIdOf({ meta, outbox }: Pick<RecordTables, 'meta' | 'outbox'>): Promise<number> {
  const row = await meta.get('device')
  if (row === undefined && (await outbox.count({})) === 0) return 0
  return storedFactsSchema.safeParse(row).data?.value.lastEntryId ?? Infinity
}

/**
 * Which device this is, and its counters. They live in the database alone, so that a database that the browser deleted starts over with
 * another id and no number is given twice under one.
 */
export class DeviceFacts {
  readonly #tables: RecordTables
  #facts: z.infer<typeof factsSchema>
  #isChanged: boolean

  private constructor(tables: RecordTables, facts: z.infer<typeof factsSchema> | undefined, random: Random) {
    this.#tables = tables
    this.#isChanged = facts === undefined
    this.#facts = facts ?? { deviceId: uuidV7(0, random), lastDeviceSeq: 0, lastEntryId: 0, lastAttentionId: 0 }
  }

  static async read(tables: RecordTables, random: Random): Promise<DeviceFacts> {
    return new DeviceFacts(tables, await readMeta(tables, 'device', factsSchema), random)
  }

  get deviceId(): string {
    return this.#facts.deviceId
  }

  get lastDeviceSeq(): number {
    return this.#facts.lastDeviceSeq
  }

  get lastAttentionId(): number {
    return this.#facts.lastAttentionId
  }

  nextDeviceSeq(): number {
    return this.#set({ lastDeviceSeq: this.#facts.lastDeviceSeq + 1 }).lastDeviceSeq
  }

  nextEntryId(): number {
    return this.#set({ lastEntryId: this.#facts.lastEntryId + 1 }).lastEntryId
  }

  nextAttentionId(): number {
    return this.#set({ lastAttentionId: this.#facts.lastAttentionId + 1 }).lastAttentionId
  }

  /** Another device from now on: its numbers start at 1. */
  fork(random: Random): void {
    this.#set({ deviceId: uuidV7(0, random), lastDeviceSeq: 0 })
  }

  async flush(): Promise<void> {
    if (this.#isChanged) await writeMeta(this.#tables, 'device', this.#facts)
  }

  #set(change: Partial<z.infer<typeof factsSchema>>): z.infer<typeof factsSchema> {
    this.#isChanged = true
    this.#facts = { ...this.#facts, ...change }
    return this.#facts
  }
}
