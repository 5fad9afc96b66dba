import type { QueuedOperation } from '../../outbox/outbox-entry.ts'
import type { FieldEditing, RecordWords } from './record-words.ts'

export interface EditableField {
  readonly field: string
  readonly label: string
  readonly editing: FieldEditing
  /** What stands in the field at first. */
  readonly text: string
}

/** The fields of a change that a person may mend; the others are sent as they are. */
export function editableFields({ entityType, payload }: QueuedOperation, words: RecordWords): readonly EditableField[] {
  return Object.entries(payload).flatMap(([field, value]) => {
    const place = { entityType, field }
    const editing = words.editing(place, value)
    return editing === undefined ? [] : [{ field, label: words.labelOf(place), editing, text: editing.textOf(value) }]
  })
}

export interface FieldChanges {
  readonly changes: Readonly<Record<string, unknown>>
  readonly problemByField: Readonly<Record<string, string>>
}

/** What the typed texts say. */
export function readFields(fields: readonly EditableField[], texts: Readonly<Record<string, string>>): FieldChanges {
  const readings = fields.map(({ field, editing, text }) => ({ field, reading: editing.read(texts[field] ?? text) }))
  return {
    changes: Object.fromEntries(
      readings.flatMap(({ field, reading }) => (reading.type === 'value' ? [[field, reading.value]] : [])),
    ),
    problemByField: Object.fromEntries(
      readings.flatMap(({ field, reading }) => (reading.type === 'problem' ? [[field, reading.message]] : [])),
    ),
  }
}
