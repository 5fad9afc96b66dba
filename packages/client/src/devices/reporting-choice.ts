import type { Random } from '@rejoin/core'
import { z } from 'zod'
import { DeviceFacts } from '../outbox/device-facts.ts'
import { readMeta, writeMeta } from '../outbox/meta-value.ts'
import { callListener } from '../record-database/call-listener.ts'
import type { RecordDatabase, RecordTables } from '../record-database/record-database.ts'

const choiceSchema = z.object({
  isEnabled: z.boolean(),
  /** The person's own name for the device. */
  name: z.string().optional(),
  /** What follows is of the device under this id. */
  deviceId: z.string(),
  /** Commands up to this number were carried out. */
  appliedThrough: z.int().nonnegative(),
  /** Runs that began until then were told, ms since the epoch. */
  reportedThrough: z.number().nonnegative(),
  /** The person changed their mind, and the server was not heard to have forgotten the device. */
  isForgetDue: z.boolean().optional(),
})

export type ReportingFacts = Readonly<z.infer<typeof choiceSchema>>

const metaKey = 'deviceReporting'

/** `undefined` where nobody ever decided. */
export function readReporting(database: RecordDatabase): Promise<ReportingFacts | undefined> {
  return database.transaction('read', (tables) => readMeta(tables, metaKey, choiceSchema))
}

/** Whether this device reports, and how far it came with it: one row of the records database, followed from every tab. */
export class ReportingChoice {
  readonly #database: RecordDatabase
  readonly #idRandom: Random
  readonly #listeners = new Set<() => void>()
  readonly #stop: () => void
  #facts: ReportingFacts | undefined
  #isRead = false

  constructor(database: RecordDatabase, idRandom: Random) {
    this.#database = database
    this.#idRandom = idRandom
    this.#stop = database.live(
      (tables) => readMeta(tables, metaKey, choiceSchema),
      (facts) => this.#take(facts),
    )
  }

  /** `undefined` until it was read. */
  get isEnabled(): boolean | undefined {
    return this.#isRead ? (this.#facts?.isEnabled ?? false) : undefined
  }

  get facts(): ReportingFacts | undefined {
    return this.#facts
  }

  /** As they are in the database. A device that was numbered anew begins at 0: it is another one for the server. */
  async change(changes: Partial<Omit<ReportingFacts, 'deviceId'>> = {}): Promise<ReportingFacts> {
    const facts = await this.#database.transaction('write', async (tables) => {
      const before = await readMeta(tables, metaKey, choiceSchema)
      const deviceId = await readDeviceId(tables, this.#idRandom)
      const same = before?.deviceId === deviceId ? before : { isEnabled: false, ...before, ...nothingDone, deviceId }
      const next = { ...same, ...changes }
      if (JSON.stringify(next) !== JSON.stringify(before)) await writeMeta(tables, metaKey, next)
      return next
    })
    this.#take(facts)
    return facts
  }

  deviceId(): Promise<string> {
    return this.#database.transaction('write', (tables) => readDeviceId(tables, this.#idRandom))
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#stop()
    this.#listeners.clear()
  }

  #take(facts: ReportingFacts | undefined): void {
    if (this.#isRead && JSON.stringify(facts) === JSON.stringify(this.#facts)) return
    this.#isRead = true
    this.#facts = facts
    for (const listener of this.#listeners) callListener(listener)
  }
}

const nothingDone = { appliedThrough: 0, reportedThrough: 0 }

async function readDeviceId(tables: RecordTables, idRandom: Random): Promise<string> {
  const device = await DeviceFacts.read(tables, idRandom)
  await device.flush()
  return device.deviceId
}
