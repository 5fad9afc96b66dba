import type { Entity } from '@rejoin/core'
import { termsOf } from '../record-database/record-key.ts'
import { readOutboxRow } from '../record-database/read-outbox-row.ts'
import type { OutboxRow } from '../record-database/record-rows.ts'
import type { OperationEntry } from './outbox-entry.ts'

export function entryOf({
  recordKey: _key,
  lot: _lot,
  order: _order,
  waitsOn: _waits,
  terms: _terms,
  ...entry
}: OutboxRow): OperationEntry {
  return entry
}

/** What cannot be read is left out: it is set aside when the device starts, and whenever it is written about. */
export function parseEntries(rows: readonly unknown[]): readonly OperationEntry[] {
  return rows.flatMap((row) => {
    const read = readOutboxRow(row)
    return read === undefined ? [] : [entryOf(read)]
  })
}

export interface Standing {
  readonly waitsOn: string[]
  /** Its group waits for something. */
  readonly isHeld: boolean
  readonly entity: Entity | undefined
}

/** The entry with what it is found by. */
export function rowOf(entry: OperationEntry, { waitsOn, isHeld, entity }: Standing): OutboxRow {
  const [recordKey = ''] = entry.lanes
  const terms = termsOf(entry.operation.entityType, entity, entry.operation.payload)
  return {
    ...entry,
    recordKey,
    ...placeOf(entry, waitsOn.length > 0 || isHeld),
    ...(waitsOn.length > 0 && { waitsOn }),
    ...(terms.length > 0 && { terms }),
  }
}

function placeOf({ state, score, nextRetryAt = 0 }: OperationEntry, hasToWait: boolean): Pick<OutboxRow, 'lot' | 'order'> {
  switch (state) {
    case 'ready':
      return hasToWait ? { lot: 'waiting', order: 0 } : { lot: 'free', order: -score }
    case 'sent':
      return { lot: 'sent', order: nextRetryAt }
    case 'failed':
    case 'parked':
      return { lot: state, order: 0 }
  }
}

/** Whether writing it would change nothing. Both hold JSON, their members in the order of this code. */
export function isSameRow(stored: OutboxRow | undefined, row: OutboxRow): boolean {
  return stored?.state === row.state && JSON.stringify(stored) === JSON.stringify(row)
}

/** The table's own key: no row is without it, however damaged. */
export function entryIdOf(row: unknown): number | undefined {
  return typeof row === 'object' && row !== null && 'entryId' in row && typeof row.entryId === 'number' ? row.entryId : undefined
}
