import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { DeviceKey } from '../../records/record-store.ts'
import { integerOf } from '../database/column-value.ts'

/** Devices remembered; beyond this many all are forgotten. */
const devicesMax = 100_000

/** Ids and floors of devices, inside the caller's transaction. */
export class RecordDevices {
  readonly #find: StatementSync
  readonly #add: StatementSync
  readonly #raiseAcked: StatementSync
  readonly #raisePruned: StatementSync
  readonly #idByKey = new Map<string, number>()

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT id FROM record_device WHERE tenant_id = ? AND device = ? AND has_user = ? AND user = ?')
    this.#add = database.prepare(
      'INSERT INTO record_device (tenant_id, device, has_user, user, acked_through, pruned_through) VALUES (?, ?, ?, ?, 0, 0)',
    )
    this.#raiseAcked = database.prepare('UPDATE record_device SET acked_through = max(acked_through, ?) WHERE id = ?')
    this.#raisePruned = database.prepare('UPDATE record_device SET pruned_through = max(pruned_through, ?) WHERE id = ?')
  }

  idOf(tenantId: number, { user, deviceId }: DeviceKey): number {
    const key = user === null ? `${tenantId}/${deviceId}` : `${tenantId}/${deviceId}/${user}`
    const known = this.#idByKey.get(key)
    if (known !== undefined) return known
    if (this.#idByKey.size >= devicesMax) this.forget()
    const columns = [tenantId, deviceId, user === null ? 0 : 1, user ?? ''] as const
    const id = integerOf(this.#find.get(...columns)?.['id'] ?? this.#add.run(...columns).lastInsertRowid)
    this.#idByKey.set(key, id)
    return id
  }

  raiseAcked(id: number, ackedThrough: number): void {
    this.#raiseAcked.run(ackedThrough, id)
  }

  raisePruned(id: number, prunedThrough: number): void {
    this.#raisePruned.run(prunedThrough, id)
  }

  /** After anything was rolled back. */
  forget(): void {
    this.#idByKey.clear()
  }
}
