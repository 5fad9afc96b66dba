import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { DeviceKey, JudgementRequest, RecordKey, StoredDevice } from '../../records/record-store.ts'
import { integerOf, textOf } from '../database/column-value.ts'
import {
  deviceColumns,
  deviceOfColumns,
  fieldsColumn,
  recordColumnNames,
  seqColumn,
  stampsColumn,
  verdictColumns,
  type ColumnValues,
  type DeviceRow,
} from './record-columns.ts'

export interface InTenant {
  readonly tenant: string
}

/** A page of the feed: after `afterSeq`, of one entity if it says so, and changed after `since` if it says so. */
export interface ChangesCall extends InTenant {
  readonly afterSeq: number
  readonly limit: number
  readonly entityType: string | undefined
  readonly since: number | undefined
}

const tenantSql = `
SELECT tenant.id, coalesce(head, 0), coalesce(purged_through, 0) FROM tenant
LEFT JOIN tenant_counter ON tenant_id = tenant.id WHERE name = ?`

/** Many look-ups in one statement; the cross join keeps the list of keys outermost. */
const verdictsByIdSql = `
SELECT ${verdictColumns} FROM json_each(?) AS asked
CROSS JOIN applied_operation ON applied_operation.tenant_id = ? AND operation_id = asked.value
JOIN record_device ON record_device.id = device_id`
const verdictsByPlaceSql = `
SELECT ${verdictColumns} FROM json_each(?) AS asked
CROSS JOIN applied_operation ON device_id = ? AND device_seq = asked.value
JOIN record_device ON record_device.id = device_id`
const recordsByIdSql = `
SELECT ${recordColumnNames} FROM json_each(?) AS asked
CROSS JOIN record ON tenant_id = ? AND entity_type = ? AND record_id = asked.value`
const deviceSql = `
SELECT ${deviceColumns} FROM record_device WHERE tenant_id = ? AND device = ? AND has_user = ? AND user = ?`

const pageSql = `
SELECT ${recordColumnNames} FROM record WHERE tenant_id = ?1 AND seq > ?2 AND seq <= ?3
AND (?4 IS NULL OR entity_type = ?4) AND (?5 IS NULL OR server_updated_at > ?5) ORDER BY seq LIMIT ?6`

/** Rows go to the asking thread as the database has them, and become records there: cloning objects would cost more. */
export interface RawBasis {
  readonly head: number
  readonly verdicts: readonly ColumnValues[]
  readonly devices: readonly StoredDevice[]
  readonly records: readonly ColumnValues[]
}

export interface RawPage {
  readonly records: readonly ColumnValues[]
  readonly throughSeq: number
  readonly head: number
  readonly purgedThrough: number
}

/** Large rows fill a page before their number does: it has to become one text. */
const pageCharactersMax = 4_000_000

interface TenantState {
  readonly id: number
  readonly head: number
  readonly purgedThrough: number
}

/** Reads records inside the caller's transaction. */
export class RecordReader {
  readonly #tenant: StatementSync
  readonly #verdictsById: StatementSync
  readonly #verdictsByPlace: StatementSync
  readonly #recordsById: StatementSync
  readonly #device: StatementSync
  readonly #page: StatementSync

  constructor(database: DatabaseSync) {
    const prepare = (sql: string): StatementSync => {
      const statement = database.prepare(sql)
      statement.setReturnArrays(true)
      return statement
    }
    this.#tenant = prepare(tenantSql)
    this.#verdictsById = prepare(verdictsByIdSql)
    this.#verdictsByPlace = prepare(verdictsByPlaceSql)
    this.#recordsById = prepare(recordsByIdSql)
    this.#device = prepare(deviceSql)
    this.#page = prepare(pageSql)
  }

  basis({ tenant, request }: InTenant & { readonly request: JudgementRequest }): RawBasis {
    const state = this.#tenantState(tenant)
    if (state === undefined) return { head: 0, verdicts: [], devices: [], records: [] }
    const devices = this.#devices(state.id, [...request.devices, ...request.places])
    const verdicts = [
      ...rowsOf(this.#verdictsById.all(JSON.stringify(request.operationIds), state.id)),
      ...[...seqsByDevice(request.places)].flatMap(([key, seqs]) => {
        const id = devices.get(key)?.id
        return id === undefined ? [] : rowsOf(this.#verdictsByPlace.all(JSON.stringify(seqs), id))
      }),
    ]
    return {
      head: state.head,
      verdicts: [...new Map(verdicts.map((verdict): [unknown, ColumnValues] => [verdict[0], verdict])).values()],
      devices: this.#askedDevices(devices, request.devices),
      records: this.#records(state.id, request.records),
    }
  }

  changes({ tenant, afterSeq, limit, entityType, since }: ChangesCall): RawPage {
    const state = this.#tenantState(tenant)
    if (state === undefined) return { records: [], throughSeq: afterSeq, head: 0, purgedThrough: 0 }
    const { id, head, purgedThrough } = state
    const read = (after: number, through: number, count: number): readonly ColumnValues[] =>
      rowsOf(this.#page.all(id, after, through, entityType ?? null, since ?? null, count))
    const found: ColumnValues[] = []
    let characters = 0
    for (const columns of this.#page.iterate(id, afterSeq, head, entityType ?? null, since ?? null, limit + 1)) {
      const [row] = rowsOf([columns])
      if (row === undefined) continue
      found.push(row)
      characters += textOf(row[stampsColumn]).length + textOf(row[fieldsColumn]).length
      if (characters > pageCharactersMax) break
    }
    const isLarge = characters > pageCharactersMax
    const last = isLarge ? found.at(-1) : found[limit - 1]
    if (last === undefined || (found.length <= limit && !isLarge))
      return { records: found, throughSeq: Math.max(head, afterSeq), head, purgedThrough }
    const lastSeq = seqOf(last)
    const before = found.filter((columns) => seqOf(columns) < lastSeq)
    const earlier = before.at(-1)
    if (isLarge && earlier !== undefined) return { records: before, throughSeq: seqOf(earlier), head, purgedThrough }
    // No sequence number is split: its other rows belong to this page, too.
    return { records: [...before, ...read(lastSeq - 1, lastSeq, -1)], throughSeq: lastSeq, head, purgedThrough }
  }

  get({ tenant, key }: InTenant & { readonly key: RecordKey }): ColumnValues | undefined {
    const state = this.#tenantState(tenant)
    return state && this.#records(state.id, [key])[0]
  }

  #tenantState(name: string): TenantState | undefined {
    const [row] = rowsOf(this.#tenant.all(name))
    return row && { id: integerOf(row[0]), head: integerOf(row[1]), purgedThrough: integerOf(row[2]) }
  }

  #devices(tenantId: number, asked: readonly DeviceKey[]): ReadonlyMap<string, DeviceRow> {
    const rowByKey = new Map<string, DeviceRow>()
    const looked = new Set<string>()
    for (const { user, deviceId } of asked) {
      const key = deviceKey({ user, deviceId })
      if (looked.has(key)) continue
      looked.add(key)
      const [row] = rowsOf(this.#device.all(tenantId, deviceId, user === null ? 0 : 1, user ?? ''))
      if (row !== undefined) rowByKey.set(key, deviceOfColumns(row))
    }
    return rowByKey
  }

  #askedDevices(found: ReadonlyMap<string, DeviceRow>, asked: readonly DeviceKey[]): readonly StoredDevice[] {
    return [...new Set(asked.map(deviceKey))].flatMap((key) => found.get(key)?.device ?? [])
  }

  #records(tenantId: number, keys: readonly RecordKey[]): readonly ColumnValues[] {
    const idsByEntity = new Map<string, Set<string>>()
    for (const { entityType, recordId } of keys) {
      const ids = idsByEntity.get(entityType)
      if (ids === undefined) idsByEntity.set(entityType, new Set([recordId]))
      else ids.add(recordId)
    }
    return [...idsByEntity].flatMap(([entityType, ids]) =>
      rowsOf(this.#recordsById.all(JSON.stringify([...ids]), tenantId, entityType)),
    )
  }
}

/** Of a statement that returns arrays. */
function rowsOf(rows: readonly unknown[]): readonly ColumnValues[] {
  return rows as readonly ColumnValues[]
}

function seqOf(record: ColumnValues): number {
  return integerOf(record[seqColumn])
}

function deviceKey({ user, deviceId }: DeviceKey): string {
  return user === null ? deviceId : `${deviceId}/${user}`
}

function seqsByDevice(places: JudgementRequest['places']): ReadonlyMap<string, readonly number[]> {
  const seqsByKey = new Map<string, number[]>()
  for (const place of places) {
    const key = deviceKey(place)
    const seqs = seqsByKey.get(key)
    if (seqs === undefined) seqsByKey.set(key, [place.deviceSeq])
    else seqs.push(place.deviceSeq)
  }
  return seqsByKey
}
