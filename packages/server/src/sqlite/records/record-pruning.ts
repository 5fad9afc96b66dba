import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { integerOf } from '../database/column-value.ts'
import type { RecordDevices } from './record-devices.ts'

export interface PruneRecordsCall {
  /** Tombstones and verdicts from before these times (ms) may go. */
  readonly tombstones: number
  readonly verdicts: number
}

/** Rows looked at in one transaction, so that no commit waits long for it. */
const prunedRowsMax = 500

const oldTombstonesSql = `
SELECT id, tenant_id, seq FROM record WHERE is_deleted = 1 AND server_updated_at < ? ORDER BY server_updated_at LIMIT ${prunedRowsMax}`

const verdictsSql = `
SELECT applied_operation.id AS id, device_id, device_seq, at, acked_through FROM applied_operation
JOIN record_device ON record_device.id = device_id WHERE applied_operation.id > ? ORDER BY applied_operation.id LIMIT ${prunedRowsMax}`

const raisePurgedSql = 'UPDATE tenant_counter SET purged_through = max(purged_through, ?) WHERE tenant_id = ?'

/** Deletes what nobody needs any more, a slice at a time, inside the caller's transaction; floors remember what is gone. */
export class RecordPruning {
  readonly #devices: RecordDevices
  readonly #oldTombstones: StatementSync
  readonly #deleteRecord: StatementSync
  readonly #raisePurged: StatementSync
  readonly #verdictsAfter: StatementSync
  readonly #deleteVerdict: StatementSync
  /** Verdicts of devices that never came back stay at the front for ever: a round looks at each once. */
  #verdictsLookedAt = 0

  constructor(database: DatabaseSync, devices: RecordDevices) {
    this.#devices = devices
    this.#oldTombstones = database.prepare(oldTombstonesSql)
    this.#deleteRecord = database.prepare('DELETE FROM record WHERE id = ?')
    this.#raisePurged = database.prepare(raisePurgedSql)
    this.#verdictsAfter = database.prepare(verdictsSql)
    this.#deleteVerdict = database.prepare('DELETE FROM applied_operation WHERE id = ?')
  }

  /** Whether there may be more. */
  prune({ tombstones, verdicts }: PruneRecordsCall): boolean {
    const hasTombstones = this.#pruneTombstones(tombstones)
    return this.#pruneVerdicts(verdicts) || hasTombstones
  }

  #pruneTombstones(before: number): boolean {
    const rows = this.#oldTombstones.all(before)
    for (const row of rows) {
      this.#raisePurged.run(integerOf(row['seq']), integerOf(row['tenant_id']))
      this.#deleteRecord.run(integerOf(row['id']))
    }
    return rows.length === prunedRowsMax
  }

  #pruneVerdicts(before: number): boolean {
    const rows = this.#verdictsAfter.all(this.#verdictsLookedAt)
    for (const row of rows) {
      const id = integerOf(row['id'])
      if (integerOf(row['at']) >= before) {
        this.#verdictsLookedAt = 0
        return false
      }
      this.#verdictsLookedAt = id
      const deviceSeq = integerOf(row['device_seq'])
      if (deviceSeq > integerOf(row['acked_through'])) continue
      this.#devices.raisePruned(integerOf(row['device_id']), deviceSeq)
      this.#deleteVerdict.run(id)
    }
    if (rows.length === prunedRowsMax) return true
    this.#verdictsLookedAt = 0
    return false
  }
}
