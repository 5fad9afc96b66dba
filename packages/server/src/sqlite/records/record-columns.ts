import { isResultCode, resultStatuses } from '@rejoin/core'
import { DocumentStoreError } from '../../document-log/document-store-error.ts'
import type { StoredDevice, StoredRecord, StoredVerdict } from '../../records/record-store.ts'
import { integerOf, optionalIntegerOf, textOf } from '../database/column-value.ts'
import { jsonObjectOf } from '../database/json-column.ts'
import { stampsOfText } from './stamps-text.ts'

/** A row as `setReturnArrays` gives it. */
export type ColumnValues = readonly unknown[]

/** No other table that is read with records has columns of these names. */
export const recordColumnNames = `entity_type, record_id, version, seq, is_deleted, client_created_at, client_updated_at, server_created_at,
server_updated_at, stamps, fields`

/** Their places among the columns. */
export const seqColumn = 3
export const stampsColumn = 9
export const fieldsColumn = 10

export function recordOfColumns(columns: ColumnValues): StoredRecord {
  return {
    entityType: textOf(columns[0]),
    recordId: textOf(columns[1]),
    version: integerOf(columns[2]),
    fields: jsonObjectOf(textOf(columns[fieldsColumn])),
    isDeleted: integerOf(columns[4]) === 1,
    stamps: stampsOfText(textOf(columns[stampsColumn])),
    seq: integerOf(columns[seqColumn]),
    clientCreatedAt: integerOf(columns[5]),
    clientUpdatedAt: integerOf(columns[6]),
    serverCreatedAt: integerOf(columns[7]),
    serverUpdatedAt: integerOf(columns[8]),
  }
}

export const verdictColumns = `applied_operation.operation_id, record_device.has_user, record_device.user, record_device.device,
applied_operation.device_seq, applied_operation.payload_hash, applied_operation.status, applied_operation.code, applied_operation.seq,
applied_operation.version`

export function verdictOfColumns(columns: ColumnValues): StoredVerdict {
  return {
    operationId: textOf(columns[0]),
    user: userOf(columns[1], columns[2]),
    deviceId: textOf(columns[3]),
    deviceSeq: integerOf(columns[4]),
    payloadHash: textOf(columns[5]),
    status: statusOf(columns[6]),
    code: codeOf(columns[7]),
    seq: optionalIntegerOf(columns[8]),
    version: optionalIntegerOf(columns[9]),
  }
}

export const deviceColumns = 'record_device.id, has_user, user, device, acked_through, pruned_through'

export interface DeviceRow {
  readonly id: number
  readonly device: StoredDevice
}

export function deviceOfColumns(columns: ColumnValues): DeviceRow {
  return {
    id: integerOf(columns[0]),
    device: {
      user: userOf(columns[1], columns[2]),
      deviceId: textOf(columns[3]),
      ackedThrough: integerOf(columns[4]),
      prunedThrough: integerOf(columns[5]),
    },
  }
}

function userOf(hasUser: unknown, user: unknown): string | null {
  return integerOf(hasUser) === 1 ? textOf(user) : null
}

function statusOf(value: unknown): StoredVerdict['status'] {
  const status = resultStatuses.find((known) => known === value)
  if (status === undefined || status === 'duplicate') throw damaged('a status')
  return status
}

function codeOf(value: unknown): StoredVerdict['code'] {
  if (value === null) return undefined
  if (!isResultCode(value)) throw damaged('a code')
  return value
}

function damaged(wanted: string): DocumentStoreError {
  return new DocumentStoreError('corrupt', `the database holds something else where ${wanted} belongs`)
}
