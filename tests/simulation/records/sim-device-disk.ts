import {
  createMemoryRecordDatabase,
  RecordDisk,
  type CommitFate,
  type RecordDatabase,
  type OutboxRow,
  type RecordTables,
} from '@rejoin/client/simulation'
import type { DeviceBook } from './device-book.ts'
import type { DeviceSnapshot } from './device-snapshot.ts'
import type { SimUser } from './sim-user.ts'
import { Violation } from './violation.ts'

/** One database of a browser profile, which outlives its pages, and the book that is kept of it. */
export class SimDeviceDisk {
  readonly disk: RecordDisk
  readonly book: DeviceBook
  /** What the transaction under way would leave: there is only one at a time. */
  draft: { readonly snapshot: DeviceSnapshot; readonly fence: number | undefined } | undefined
  readonly #holderByFence = new Map<number, string>()
  isFull = false
  wipeCount = 0
  /** Who signed in first, where nobody was before. */
  adopter: SimUser | undefined

  constructor(book: DeviceBook, disk = new RecordDisk({ packFrom: 2 })) {
    this.book = book
    this.disk = disk
  }

  /** Each reign has a fence of its own: by it the database tells one drainer from another. */
  claimFence(fence: number, holder: string): void {
    if (this.#holderByFence.has(fence))
      throw new Violation('P2', `${holder} drains ${this.book.owner.name} under the fence of ${this.#holderByFence.get(fence)}`)
    this.#holderByFence.set(fence, holder)
  }

  /** The transaction under way comes to its end. */
  end(fate: CommitFate, at: number): void {
    const { draft } = this
    this.draft = undefined
    if (draft === undefined || (fate !== 'commit' && fate !== 'commitUnheard')) return
    if (draft.fence !== undefined && draft.fence !== draft.snapshot.fence)
      throw new Violation('P2', `a drainer that was replaced wrote to ${this.book.owner.name}`)
    this.book.committed(draft.snapshot, at)
  }

  /** The browser deletes it, under the pages that use it. */
  wipe(): void {
    this.wipeCount++
    this.draft = undefined
    this.#holderByFence.clear()
    this.disk.wipe()
    this.book.wiped()
  }

  /** The profile is copied to another device. */
  async clone(book: DeviceBook): Promise<SimDeviceDisk> {
    const copy = new SimDeviceDisk(book)
    const rows = await this.quietly().transaction('read', readAll)
    book.copyFrom(this.book)
    await copy.quietly().transaction('write', (tables) => writeAll(tables, rows))
    return copy
  }

  /** One bit too many: an entry is no entry any more. */
  async damage(entryId: number): Promise<void> {
    await this.quietly().transaction('write', async ({ outbox, requests }) => {
      const [row, request] = [await outbox.get(entryId), await requests.get(entryId)]
      const isFound = typeof (row ?? request) === 'object'
      if (!isFound) return
      this.book.damaged.add(entryId)
      if (row !== undefined) await outbox.put(asOutboxRow({ ...Object(row), attempts: 'many' }))
      else await requests.put({ ...Object(request), attempts: 'many' })
    })
  }

  /** For whoever is no page: what is done there takes no time, never fails, and is in no book. */
  quietly(): RecordDatabase {
    return createMemoryRecordDatabase({ disk: this.disk })
  }
}

type Rows = Readonly<Record<keyof RecordTables, readonly unknown[]>>

async function readAll({
  confirmedA,
  confirmedB,
  outbox,
  requests,
  requestBodies,
  attention,
  meta,
}: RecordTables): Promise<Rows> {
  return {
    confirmedA: await confirmedA.range({}),
    confirmedB: await confirmedB.range({}),
    outbox: await outbox.range({}),
    requests: await requests.range({}),
    requestBodies: await requestBodies.range({}),
    attention: await attention.range({}),
    meta: await meta.range({}),
  }
}

/** Copied as they are, whatever they are. */
async function writeAll(tables: RecordTables, rows: Rows): Promise<void> {
  for (const row of rows.confirmedA) await tables.confirmedA.put(row as Parameters<typeof tables.confirmedA.put>[0])
  for (const row of rows.confirmedB) await tables.confirmedB.put(row as Parameters<typeof tables.confirmedB.put>[0])
  for (const row of rows.outbox) await tables.outbox.put(asOutboxRow(row))
  for (const row of rows.requests) await tables.requests.put(row as Parameters<typeof tables.requests.put>[0])
  for (const row of rows.requestBodies) await tables.requestBodies.put(row as Parameters<typeof tables.requestBodies.put>[0])
  for (const row of rows.attention) await tables.attention.put(row as Parameters<typeof tables.attention.put>[0])
  for (const row of rows.meta) await tables.meta.put(row as Parameters<typeof tables.meta.put>[0])
}

function asOutboxRow(row: unknown): OutboxRow {
  return row as OutboxRow
}
