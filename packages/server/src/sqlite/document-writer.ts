import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { AppendJournal } from './append-journal.ts'
import type { PackedAppends } from './append-batch.ts'
import { AuthorIds } from './author-ids.ts'
import { lockDataFolder } from './data-folder-lock.ts'
import { DocumentHeads } from './document-heads.ts'
import { DocumentLives } from './document-lives.ts'
import { migrate } from './migrate.ts'
import { openForWriting } from './open-database.ts'
import { SettleJournal } from './settle-journal.ts'
import { SnapshotLog } from './snapshot-log.ts'
import { UnsettledLogs } from './unsettled-logs.ts'
import { WriteTransactions } from './write-transaction.ts'

export const databaseFile = 'documents.sqlite'

/** Loads read the whole journal, and moving it holds up commits: both stay within a few ms. */
const settledAtBytes = 2 * 1024 * 1024
const settledAtEntries = 1_000
const checkpointedAtBytes = 8 * 1024 * 1024

/** The only writer of a data folder: holds its lock and the one connection that writes. Synchronous; lives in a thread of its own. */
export class DocumentWriter {
  readonly epoch: string
  readonly lives: DocumentLives
  readonly snapshots: SnapshotLog
  readonly #lock: { close(): void }
  readonly #database: DatabaseSync
  readonly #journal: AppendJournal
  readonly #settling: SettleJournal
  readonly #unsettled = new UnsettledLogs()
  readonly #transactions: WriteTransactions

  constructor(dataDir: string) {
    this.#lock = lockDataFolder(dataDir)
    try {
      this.#database = openForWriting(join(dataDir, databaseFile))
      this.epoch = migrate(this.#database)
    } catch (error) {
      this.#lock.close()
      throw error
    }
    const heads = new DocumentHeads(this.#database, this.#unsettled)
    const authors = new AuthorIds(this.#database)
    this.lives = new DocumentLives(this.#database, { heads, epoch: this.epoch })
    this.#journal = new AppendJournal(this.#database, { heads, lives: this.lives, authors, epoch: this.epoch })
    this.#settling = new SettleJournal(this.#database)
    this.snapshots = new SnapshotLog(this.#database)
    this.#transactions = new WriteTransactions(this.#database, () => {
      heads.forget()
      authors.forget()
    })
    // What a crash left in the journal goes to its documents first: from then on the writer knows what the journal holds.
    this.settle()
  }

  /** Commits a batch; returns the positions of its stale appends. */
  append(packed: PackedAppends, now: number): readonly number[] {
    this.#journal.learn(packed)
    const { stale, runs } = this.transaction(() => this.#journal.write(packed, now))
    this.#unsettled.committed(runs)
    return stale
  }

  /** Puts the database in order after commits, where enough has gathered; not a moment before their replies are sent. */
  tidy(): void {
    if (this.#unsettled.bytes >= settledAtBytes || this.#unsettled.entries >= settledAtEntries) this.settle()
    if (statSync(this.#walPath).size >= checkpointedAtBytes) this.checkpoint()
  }

  /** Moves the journal's rows to their documents. */
  settle(): void {
    this.transaction(() => this.#settling.settle())
    this.#unsettled.settled()
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
