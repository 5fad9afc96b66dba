import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { AppendRows } from './append-rows.ts'
import type { PackedAppends } from './append-batch.ts'
import { lockDataFolder } from './data-folder-lock.ts'
import { DocumentHeads } from './document-heads.ts'
import { DocumentLives } from './document-lives.ts'
import { migrate } from './migrate.ts'
import { openForWriting } from './open-database.ts'
import { PackedAppendsReader } from './packed-appends-reader.ts'
import { SnapshotLog } from './snapshot-log.ts'
import { WriteTransactions } from './write-transaction.ts'

export const databaseFile = 'documents.sqlite'

/** The only writer of a data folder: holds its lock and the one connection that writes. Synchronous; lives in a thread of its own. */
export class DocumentWriter {
  readonly epoch: string
  readonly lives: DocumentLives
  readonly snapshots: SnapshotLog
  readonly #lock: { close(): void }
  readonly #database: DatabaseSync
  readonly #rows: AppendRows
  readonly #transactions: WriteTransactions
  /** The strings that batches refer to by number. */
  #strings: string[] = []

  constructor(dataDir: string) {
    this.#lock = lockDataFolder(dataDir)
    try {
      this.#database = openForWriting(join(dataDir, databaseFile))
      this.epoch = migrate(this.#database)
    } catch (error) {
      this.#lock.close()
      throw error
    }
    const heads = new DocumentHeads(this.#database)
    this.lives = new DocumentLives(this.#database, { heads, epoch: this.epoch })
    this.#rows = new AppendRows(this.#database, { heads, lives: this.lives, epoch: this.epoch })
    this.snapshots = new SnapshotLog(this.#database)
    this.#transactions = new WriteTransactions(this.#database, () => heads.forget())
  }

  /** Commits a batch; returns the positions of its stale appends. */
  append(packed: PackedAppends, now: number): number[] {
    if (packed.forgetStrings) this.#strings = []
    this.#strings.push(...packed.addedStrings)
    return this.transaction(() => this.#rows.write(new PackedAppendsReader(packed, this.#strings), now))
  }

  /** Runs work as one durable transaction. */
  transaction<Result>(work: () => Result): Result {
    return this.#transactions.run(work)
  }

  probe(now: number): void {
    this.transaction(() => {
      this.#database.prepare("REPLACE INTO meta (key, value) VALUES ('probed_at', ?)").run(String(now))
    })
  }

  /** Moves what it can from the write-ahead log into the database; returns the pages left in the log. */
  checkpoint(): number {
    const { log, checkpointed } = this.#database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() ?? {}
    return Number(log) - Number(checkpointed)
  }

  close(): void {
    this.#database.close()
    this.#lock.close()
  }
}
