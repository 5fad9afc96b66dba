import type { DeviceKey, RecordsCommit } from '../../records/record-store.ts'
import { textOfStamps } from './stamps-text.ts'

type Column = string | number | null

/**
 * A commit as the database has it, in flat lists: cloning thousands of small objects for another thread would cost more than writing them.
 * `records` has `recordColumnCount` values for each record, in order of the columns; `verdicts` has the position of its device in
 * `verdictDevices` and then the columns of each verdict.
 */
export interface PackedCommit extends Pick<RecordsCommit, 'afterHead' | 'head' | 'devices' | 'audit'> {
  readonly tenant: string
  readonly records: readonly Column[]
  readonly verdicts: readonly Column[]
  readonly verdictDevices: readonly DeviceKey[]
  /** Records and verdicts together. */
  readonly rowCount: number
}

export const recordColumnCount = 11
export const verdictColumnCount = 8

export function packCommit(tenant: string, commit: RecordsCommit): PackedCommit {
  const { afterHead, head, devices, audit, records, verdicts } = commit
  const rowCount = records.length + verdicts.length
  return { tenant, afterHead, head, devices, audit, records: packRecords(commit), ...packVerdicts(commit), rowCount }
}

function packRecords({ records }: RecordsCommit): readonly Column[] {
  const columns: Column[] = []
  for (const record of records) {
    columns.push(
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
  return columns
}

function packVerdicts({ verdicts }: RecordsCommit): Pick<PackedCommit, 'verdicts' | 'verdictDevices'> {
  const columns: Column[] = []
  const verdictDevices: DeviceKey[] = []
  const positionByKey = new Map<string, number>()
  for (const { operationId, user, deviceId, deviceSeq, payloadHash, status, code, seq, version } of verdicts) {
    const key = user === null ? deviceId : `${deviceId}/${user}`
    let position = positionByKey.get(key)
    if (position === undefined) {
      position = verdictDevices.push({ user, deviceId }) - 1
      positionByKey.set(key, position)
    }
    columns.push(position, operationId, deviceSeq, payloadHash, status, code ?? null, seq ?? null, version ?? null)
  }
  return { verdicts: columns, verdictDevices }
}
