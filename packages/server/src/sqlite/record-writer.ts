import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { RecordsCommit, StoredRecord, StoredVerdict } from '../records/record-store.ts'
import { integerOf } from './column-value.ts'
import { RecordDevices } from './record-devices.ts'
import { textOfStamps } from './stamps-text.ts'

export interface TenantCommit {
  readonly tenant: string
  readonly commit: RecordsCommit
}

export interface RecordWriterOptions {
  readonly tenantIdOf: (name: string) => number
}

const upsertRecordSql = `
INSERT INTO record (tenant_id, entity_type, record_id, version, seq, is_deleted, client_created_at, client_updated_at, server_created_at,
  server_updated_at, stamps, fields) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (tenant_id, entity_type, record_id) DO UPDATE SET version = excluded.version, seq = excluded.seq,
  is_deleted = excluded.is_deleted, client_created_at = excluded.client_created_at, client_updated_at = excluded.client_updated_at,
  server_created_at = excluded.server_created_at, server_updated_at = excluded.server_updated_at, stamps = excluded.stamps,
  fields = excluded.fields`

const insertVerdictSql = `
INSERT INTO applied_operation (tenant_id, operation_id, device_id, device_seq, payload_hash, status, code, seq, version, at)
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

  write({ tenant, commit }: TenantCommit, now: number): 'committed' | 'stale' {
    const tenantId = this.#tenantIdOf(tenant)
    if (this.#headOf(tenantId) !== commit.afterHead) return 'stale'
    this.#database.exec('SAVEPOINT records')
    const isNew = commit.verdicts.every((verdict) => this.#addVerdict(tenantId, verdict, now))
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

  /** `false` where the operation or its place is taken. */
  #addVerdict(tenantId: number, verdict: StoredVerdict, now: number): boolean {
    const { operationId, deviceSeq, payloadHash, status, code, seq, version } = verdict
    const device = this.devices.idOf(tenantId, verdict)
    const added = this.#insertVerdict.run(
      tenantId,
      operationId,
      device,
      deviceSeq,
      payloadHash,
      status,
      code ?? null,
      seq ?? null,
      version ?? null,
      now,
    )
    return Number(added.changes) === 1
  }

  #writeEffects(tenantId: number, { afterHead, head, records, devices, audit }: RecordsCommit): void {
    for (const record of records) this.#putRecord(tenantId, record)
    for (const device of devices) this.devices.raiseAcked(this.devices.idOf(tenantId, device), device.ackedThrough)
    for (const { at, user, deviceId, facts } of audit) this.#insertAudit.run(tenantId, at, user, deviceId ?? null, facts)
    if (head !== afterHead) this.#moveHead.run(tenantId, head)
  }

  #putRecord(tenantId: number, record: StoredRecord): void {
    this.#upsertRecord.run(
      tenantId,
      record.entityType,
      record.recordId,
      record.version,
      record.seq,
      record.isDeleted ? 1 : 0,
      record.clientCreatedAt,
      record.clientUpdatedAt,
      record.serverCreatedAt,
      record.serverUpdatedAt,
      textOfStamps(record.stamps),
      JSON.stringify(record.fields),
    )
  }
}
