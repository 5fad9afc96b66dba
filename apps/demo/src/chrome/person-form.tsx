import type { CSSProperties } from 'react'
import { useState } from 'react'
import type { Person } from '../canvas/presence/presence.ts'
import { personColours } from '../person/person.ts'

/** One's own name and colour. */
export function PersonForm({
  person,
  onChange,
  onClose,
}: {
  person: Person
  onChange: (person: Person) => void
  onClose: () => void
}) {
  const [name, setName] = useState(person.name)
  return (
    <form
      className="person-form"
      onSubmit={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <label>
        Your name
        <input
          value={name}
          maxLength={32}
          data-testid="person-name"
          onFocus={(event) => event.target.select()}
          onChange={(event) => {
            setName(event.target.value)
            if (event.target.value.trim() !== '') onChange({ ...person, name: event.target.value.trim() })
          }}
        />
      </label>
      <div className="swatches" role="radiogroup" aria-label="Your colour">
        {personColours.map((colour) => (
          <button
            key={colour}
            type="button"
            role="radio"
            className="swatch"
            aria-checked={colour === person.colour}
            aria-label={`Colour ${colour}`}
            style={{ '--swatch': colour } as CSSProperties}
            onClick={() => onChange({ ...person, colour })}
          />
        ))}
      </div>
      <p>Others see this beside your cursor. It is kept on this device.</p>
    </form>
  )
}
