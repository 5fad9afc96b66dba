import { useState, type ReactElement, type SyntheticEvent } from 'react'
import type { AttentionItem } from '../outbox/attention.ts'
import { useRecordsClient } from '../react/use-records-client.ts'
import { Problem } from './problem.tsx'
import { useRecordWords } from './record-words-context.tsx'
import { useAttempt } from './use-attempt.ts'
import { editableFields, readFields, type EditableField } from './words/resend-fields.ts'

interface ResendFormProps {
  readonly item: AttentionItem
  readonly operation: NonNullable<AttentionItem['operation']>
  readonly onClose: () => void
}

/** The person's change once more, to be mended before it is sent again. */
export function ResendForm({ item, operation, onClose }: ResendFormProps): ReactElement {
  const words = useRecordWords()
  const { attention } = useRecordsClient()
  const { problem, attempt } = useAttempt()
  const [fields] = useState(() => editableFields(operation, words))
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(fields.map(({ field, text }) => [field, text])),
  )
  const { changes, problemByField } = readFields(fields, texts)
  const isFine = Object.keys(problemByField).length === 0
  const send = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    if (isFine && (await attempt(attention.editAndResend(item.id, changes)))) onClose()
  }
  return (
    <form className="rejoin-form" aria-label="Edit and resend" data-testid="resend-form" onSubmit={(event) => void send(event)}>
      {fields.map((field) => (
        <Field
          key={field.field}
          field={field}
          text={texts[field.field] ?? ''}
          problem={problemByField[field.field]}
          onChange={(text) => setTexts({ ...texts, [field.field]: text })}
        />
      ))}
      <Problem problem={problem} />
      <div className="rejoin-actions">
        <button type="submit" className="rejoin-button rejoin-primary" data-testid="resend" disabled={!isFine}>
          Send
        </button>
        <button type="button" className="rejoin-button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  )
}

interface FieldProps {
  readonly field: EditableField
  readonly text: string
  readonly problem: string | undefined
  readonly onChange: (text: string) => void
}

function Field({ field: { field, label, editing }, text, problem, onChange }: FieldProps): ReactElement {
  const properties = {
    className: 'rejoin-input',
    value: text,
    'aria-invalid': problem !== undefined,
    'data-testid': `resend-${field}`,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  }
  return (
    <label>
      <span className="rejoin-label">{label}</span>
      {editing.isLong ? <textarea rows={5} {...properties} /> : <input autoComplete="off" {...properties} />}
      {problem === undefined ? undefined : <span className="rejoin-field-problem">{problem}</span>}
    </label>
  )
}
