import { join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { AppendJournal } from './documents/append-journal.ts'
import type { PackedAppends } from './documents/append-batch.ts'
import { AuthorIds } from './documents/author-ids.ts'
import { lockDataFolder } from './database/data-folder-lock.ts'
import { databaseFile } from './database/database-file.ts'
import { DeviceWriter } from './devices/device-writer.ts'
import { DocumentHeads } from './documents/document-heads.ts'
import { DocumentLives } from './documents/document-lives.ts'
import { migrate, type DatabaseLife } from './database/migrate.ts'
import { openForWriting } from './database/open-database.ts'
import type { PackedCommit } from './records/packed-commit.ts'
import { RecordPruning } from './records/record-pruning.ts'
import { RecordWriter } from './records/record-writer.ts'
import { RevocationTable } from './revocation-table.ts'
import { SettleJournal } from './documents/settle-journal.ts'
import { SnapshotLog } from './documents/snapshot-log.ts'
import { UnsettledLogs } from './documents/unsettled-logs.ts'
import { WriteTransactions } from './database/write-transaction.ts'

/** Loads read the whole journal; it has to stay small enough for them to take a few ms. */
const settledAtBytes = 2 * 1024 * 1024
const settledAtEntries = 1_000
const checkpointedAtPages = 2_000

/** The only writer of a data folder: holds its lock and the one connection that writes. Synchronous; lives in a thread of its own. */
export class DocumentWriter {
  readonly life: DatabaseLife
  readonly lives: DocumentLives
  readonly snapshots: SnapshotLog
  readonly recordPruning: RecordPruning
  readonly revocations: RevocationTable
  readonly devices: DeviceWriter
  readonly #lock: { close(): void }
  readonly #database: DatabaseSync
  readonly #heads: DocumentHeads
  readonly #journal: AppendJournal
  readonly #settling: SettleJournal
  readonly #records: RecordWriter
  readonly #unsettled = new UnsettledLogs()
  readonly #transactions: WriteTransactions
  readonly #uncheckpointed: StatementSync
  readonly #checkpoint: StatementSync

  /** Locks the folder, opens its database and brings it up to date. */
  static open(dataDir: string): DocumentWriter {
    const lock = lockDataFolder(dataDir)
    let database: DatabaseSync | undefined
    try {
      database = openForWriting(join(dataDir, databaseFile))
      const writer = new DocumentWriter(lock, database)
      // What a crash left in the journal goes to its documents first: from then on the writer knows what the journal holds.
      writer.#settling.recover(writer.#unsettled)
      writer.settle()
      return writer
    } catch (error) {
      database?.close()
      lock.close()
      throw error
    }
  }

  private constructor(lock: { close(): void }, database: DatabaseSync) {
    this.#lock = lock
    this.#database = database
    this.life = migrate(database)
    const { epoch } = this.life
    const heads = new DocumentHeads(database, this.#unsettled)
    this.#heads = heads
    const authors = new AuthorIds(database)
    this.lives = new DocumentLives(database, { heads, epoch })
    this.#journal = new AppendJournal(database, { heads, lives: this.lives, authors, epoch })
    this.#settling = new SettleJournal(database)
    this.snapshots = new SnapshotLog(database)
    const records = new RecordWriter(database, { tenantIdOf: (name) => heads.tenantId(name) })
    this.#records = records
    this.recordPruning = new RecordPruning(database, records.devices)
    this.revocations = new RevocationTable(database)
    this.devices = new DeviceWriter(database)
    this.#transactions = new WriteTransactions(database, () => {
      heads.forget()
      authors.forget()
      records.forget()
    })
    this.#uncheckpointed = database.prepare('PRAGMA wal_checkpoint(NOOP)')
    this.#checkpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  }

  /** Commits a batch; returns the positions of its stale appends. */
  append(packed: PackedAppends, now: number): readonly number[] {
    this.#journal.learn(packed)
    this.#heads.forgetIfFull()
    const { stale, entry, runs } = this.transaction(() => this.#journal.write(packed, now))
    if (entry !== undefined) this.#unsettled.committed(entry, runs)
    return stale
  }

  /** Commits records of several tenants as one transaction; returns what became of each. */
  commitRecords(commits: readonly PackedCommit[], now: number): readonly ('committed' | 'stale')[] {
    return this.transaction(() => commits.map((commit) => this.#records.write(commit, now)))
  }

  /** A little upkeep after a commit, once its reply is sent: moves some rows from the journal to their documents, and checkpoints. */
  keepUp(): void {
    const { isMoving, gatheredBytes, gatheredEntries } = this.#unsettled
    if (!isMoving && (gatheredBytes >= settledAtBytes || gatheredEntries >= settledAtEntries)) this.#unsettled.beginRound()
    if (this.#unsettled.isMoving) this.#moveSlice()
    const { log, checkpointed } = this.#uncheckpointed.get() ?? {}
    if (Number(log) - Number(checkpointed) >= checkpointedAtPages) this.#checkpoint.get()
  }

  /** Moves all rows from the journal to their documents. */
  settle(): void {
    while (this.#unsettled.isMoving) this.#moveSlice()
    this.#unsettled.beginRound()
    while (this.#unsettled.isMoving) this.#moveSlice()
  }

  #moveSlice(): void {
    const slice = this.#unsettled.nextSlice()
    this.transaction(() => this.#settling.move(slice))
    this.#unsettled.moved(slice.runsByLog)
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

  close(): void {
    this.#database.close()
    this.#lock.close()
  }
}
