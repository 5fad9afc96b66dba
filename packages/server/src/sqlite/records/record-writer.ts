import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { integerOf } from '../database/column-value.ts'
import { recordColumnNames } from './record-columns.ts'
import { recordColumnCount, verdictColumnCount, type PackedCommit } from './packed-commit.ts'
import { RecordDevices } from './record-devices.ts'

export interface RecordWriterOptions {
  readonly tenantIdOf: (name: string) => number
}

const upsertRecordSql = `
INSERT INTO record (tenant_id, ${recordColumnNames}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (tenant_id, entity_type, record_id) DO UPDATE SET version = excluded.version, seq = excluded.seq,
  is_deleted = excluded.is_deleted, client_created_at = excluded.client_created_at, client_updated_at = excluded.client_updated_at,
  server_created_at = excluded.server_created_at, server_updated_at = excluded.server_updated_at, stamps = excluded.stamps,
  fields = excluded.fields`

const insertVerdictSql = `
INSERT INTO applied_operation (tenant_id, device_id, at, operation_id, device_seq, payload_hash, status, code, seq, version)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`

const moveHeadSql = `
INSERT INTO tenant_counter (tenant_id, head, purged_through) VALUES (?, ?, 0) ON CONFLICT (tenant_id) DO UPDATE SET head = excluded.head`

/** Writes commits of records inside the caller's transaction, each with a savepoint: a stale one leaves nothing, and the others stand. */
export class RecordWriter {
  readonly devices: RecordDevices
  readonly #database: DatabaseSync
  readonly #tenantIdOf: (name: string) => number
  readonly #findHead: StatementSync
  readonly #moveHead: StatementSync
  readonly #upsertRecord: StatementSync
  readonly #insertVerdict: StatementSync
  readonly #insertAudit: StatementSync

  constructor(database: DatabaseSync, { tenantIdOf }: RecordWriterOptions) {
    this.#database = database
    this.#tenantIdOf = tenantIdOf
    this.devices = new RecordDevices(database)
    this.#findHead = database.prepare('SELECT head FROM tenant_counter WHERE tenant_id = ?')
    this.#moveHead = database.prepare(moveHeadSql)
    this.#upsertRecord = database.prepare(upsertRecordSql)
    this.#insertVerdict = database.prepare(insertVerdictSql)
    this.#insertAudit = database.prepare('INSERT INTO audit (tenant_id, at, user, device, facts) VALUES (?, ?, ?, ?, ?)')
  }

  write(commit: PackedCommit, now: number): 'committed' | 'stale' {
    const tenantId = this.#tenantIdOf(commit.tenant)
    if (this.#headOf(tenantId) !== commit.afterHead) return 'stale'
    this.#database.exec('SAVEPOINT records')
    const isNew = this.#addVerdicts(tenantId, commit, now)
    if (isNew) this.#writeEffects(tenantId, commit)
    else this.#undo()
    this.#database.exec('RELEASE records')
    return isNew ? 'committed' : 'stale'
  }

  /** After the transaction was rolled back. */
  forget(): void {
    this.devices.forget()
  }

  #undo(): void {
    this.#database.exec('ROLLBACK TO records')
    this.forget()
  }

  #headOf(tenantId: number): number {
    const row = this.#findHead.get(tenantId)
    return row === undefined ? 0 : integerOf(row['head'])
  }

  /** `false` where an operation or its place is taken. */
  #addVerdicts(tenantId: number, { verdicts, verdictDevices }: PackedCommit, now: number): boolean {
    const ids = verdictDevices.map((device) => this.devices.idOf(tenantId, device))
    for (let at = 0; at < verdicts.length; at += verdictColumnCount) {
      const deviceId = ids[Number(verdicts[at])] ?? null
      const columns = verdicts.slice(at + 1, at + verdictColumnCount)
      if (Number(this.#insertVerdict.run(tenantId, deviceId, now, ...columns).changes) !== 1) return false
    }
    return true
  }

  #writeEffects(tenantId: number, { afterHead, head, records, devices, audit }: PackedCommit): void {
    for (let at = 0; at < records.length; at += recordColumnCount)
      this.#upsertRecord.run(tenantId, ...records.slice(at, at + recordColumnCount))
    for (const device of devices) this.devices.raiseAcked(this.devices.idOf(tenantId, device), device.ackedThrough)
    for (const { at, user, deviceId, facts } of audit) this.#insertAudit.run(tenantId, at, user, deviceId ?? null, facts)
    if (head !== afterHead) this.#moveHead.run(tenantId, head)
  }
}
