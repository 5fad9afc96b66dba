import type { CSSProperties } from 'react'
import { useEffect, useRef, useState } from 'react'
import type { Person } from '../canvas/presence/presence.ts'
import { usePeers } from '../canvas/view/board-context.ts'
import { initialsOf, personColours } from '../person/person.ts'

const colourStyle = (colour: string): CSSProperties & Record<'--person', string> => ({ '--person': colour })

/** Most avatars side by side; the rest are a number. */
const avatarsMax = 4

function Others() {
  const peers = usePeers()
  const shown = peers.length > avatarsMax ? peers.slice(0, avatarsMax - 1) : peers
  return (
    <>
      {shown.map(({ id, person }) => (
        <li
          key={id}
          className="avatar"
          style={colourStyle(person.colour)}
          data-testid="peer-avatar"
          title={person.name}
          aria-label={person.name}
        >
          {initialsOf(person.name)}
        </li>
      ))}
      {peers.length > shown.length ? (
        <li className="avatar more" aria-label={`${peers.length - shown.length} more`}>{`+${peers.length - shown.length}`}</li>
      ) : undefined}
    </>
  )
}

function PersonForm({ person, onChange, onClose }: { person: Person; onChange: (person: Person) => void; onClose: () => void }) {
  const [name, setName] = useState(person.name)
  return (
    <form
      className="person-form panel"
      role="dialog"
      aria-label="You"
      onSubmit={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <label>
        Your name
        <input
          autoFocus
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

/** Who is in the room; one's own avatar opens the form for name and colour. */
export function People({ person, onChange }: { person: Person; onChange: (person: Person) => void }) {
  const [isOpen, setOpen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!isOpen) return undefined
    const close = (event: Event) => {
      const isInside = event.target instanceof Node && place.current?.contains(event.target)
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !isInside) setOpen(false)
    }
    window.addEventListener('pointerdown', close)
    window.addEventListener('keydown', close)
    return () => {
      window.removeEventListener('pointerdown', close)
      window.removeEventListener('keydown', close)
    }
  }, [isOpen])
  return (
    <div className="people" ref={place}>
      <ul aria-label="In this room">
        <Others />
      </ul>
      <button
        type="button"
        className="avatar self"
        style={colourStyle(person.colour)}
        data-testid="self"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {initialsOf(person.name)}
        <span className="visually-hidden"> You: {person.name}. Change name or colour</span>
      </button>
      {isOpen ? <PersonForm person={person} onChange={onChange} onClose={() => setOpen(false)} /> : undefined}
    </div>
  )
}
