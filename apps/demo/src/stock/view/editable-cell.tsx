import type { KeyboardEvent } from 'react'
import { useId, useLayoutEffect, useRef, useState } from 'react'
import { readField, textOfField } from '../model/field-text.ts'
import type { FieldKind } from '../model/record-words.ts'

interface Properties {
  readonly label: string
  readonly kind: FieldKind
  readonly value: string | number
  /** Shown while nobody edits; default: what is edited. */
  readonly shown?: string
  readonly onChange: (value: string | number) => void
  readonly testId: string
  readonly isRequired?: boolean
  readonly maxLength?: number
}

/** A value that is edited where it stands: Enter or leaving it takes the new one, Escape the old one. */
export function EditableCell({ label, kind, value, shown, onChange, testId, isRequired = false, maxLength }: Properties) {
  const [draft, setDraft] = useState<string>()
  const isGivenUp = useRef(false)
  const isFresh = useRef(false)
  const input = useRef<HTMLInputElement>(null)
  const isEditing = draft !== undefined
  const problemId = useId()
  const current = textOfField(kind, value)
  const reading = draft === undefined ? undefined : readField(kind, draft)
  const isEmpty = isRequired && draft?.trim() === ''
  const problem = isEmpty ? 'It needs a name' : reading?.type === 'problem' ? reading.message : undefined

  // Numbers are replaced rather than mended. Exchanging the shown text for the one to edit drops what the browser had selected.
  useLayoutEffect(() => {
    if (isEditing && kind !== 'text') input.current?.select()
  }, [isEditing, kind])
  const finish = () => {
    if (reading?.type === 'value' && !isEmpty && !isGivenUp.current && draft !== current && reading.value !== value)
      onChange(reading.value)
    isGivenUp.current = false
    setDraft(undefined)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Enter' && event.key !== 'Escape') return
    isGivenUp.current = event.key === 'Escape'
    event.currentTarget.blur()
  }
  return (
    <span className={`editable kind-${kind}`}>
      <input
        ref={input}
        aria-label={label}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : problemId}
        data-testid={testId}
        autoComplete="off"
        inputMode={kind === 'money' ? 'decimal' : kind === 'whole' ? 'numeric' : 'text'}
        maxLength={maxLength}
        value={draft ?? shown ?? current}
        onFocus={() => {
          isFresh.current = true
          setDraft(current)
        }}
        // The press that brought the focus has put the caret somewhere meanwhile.
        onPointerUp={(event) => {
          if (isFresh.current && kind !== 'text') event.currentTarget.select()
          isFresh.current = false
        }}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={finish}
        onKeyDown={onKeyDown}
      />
      {problem === undefined ? undefined : (
        <span className="field-problem" id={problemId} role="alert">
          {problem}
        </span>
      )}
    </span>
  )
}
