import type { AttentionItem } from '@rejoin/client'
import type { SyntheticEvent } from 'react'
import { useState } from 'react'
import { readField, textOfField } from '../model/field-text.ts'
import { kindOf, labelOf } from '../model/record-words.ts'
import { useStock } from './stock-context.ts'

interface Properties {
  readonly item: AttentionItem
  readonly operation: NonNullable<AttentionItem['operation']>
  readonly onClose: () => void
}

/** The person's change once more, to be mended before it is sent again. */
export function ResendForm({ item, operation: { entityType, payload }, onClose }: Properties) {
  const { client, attempt } = useStock()
  const fields = Object.entries(payload).filter(([field]) => kindOf(entityType, field) !== 'product')
  const [texts, setTexts] = useState(() =>
    Object.fromEntries(fields.map(([field, value]) => [field, textOfField(kindOf(entityType, field), value)])),
  )
  const readings = fields.map(([field]) => ({ field, reading: readField(kindOf(entityType, field), texts[field] ?? '') }))
  const isFine = readings.every(({ reading }) => reading.type === 'value')
  const send = async (event: SyntheticEvent) => {
    event.preventDefault()
    const changes = readings.flatMap(({ field, reading }) => (reading.type === 'value' ? [[field, reading.value] as const] : []))
    if (isFine && (await attempt(client.attention.editAndResend(item.id, Object.fromEntries(changes))))) onClose()
  }
  return (
    <form className="resend-form" aria-label="Edit and resend" data-testid="resend-form" onSubmit={(event) => void send(event)}>
      {readings.map(({ field, reading }) => {
        const properties = {
          className: 'input',
          value: texts[field] ?? '',
          'aria-invalid': reading.type === 'problem',
          'data-testid': `resend-${field}`,
          onChange: (event: { target: { value: string } }) => setTexts({ ...texts, [field]: event.target.value }),
        }
        return (
          <label key={field}>
            <span className="field-label">{labelOf(entityType, field)}</span>
            {kindOf(entityType, field) === 'longText' ? (
              <textarea rows={5} {...properties} />
            ) : (
              <input autoComplete="off" {...properties} />
            )}
            {reading.type === 'problem' ? <span className="field-problem">{reading.message}</span> : undefined}
          </label>
        )
      })}
      <div className="form-actions">
        <button type="submit" className="button small primary" data-testid="resend" disabled={!isFine}>
          Send
        </button>
        <button type="button" className="button small" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  )
}
