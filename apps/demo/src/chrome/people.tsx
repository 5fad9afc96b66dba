import { useCallback, useRef, useState } from 'react'
import { useFollowState } from '../canvas/follow/use-follow.ts'
import type { Person } from '../canvas/presence/presence.ts'
import { useRoomPeople } from '../canvas/view/use-room-people.ts'
import { initialsOf } from '../person/person.ts'
import { personStyle } from './avatar.tsx'
import { Icon } from './icons.tsx'
import { PeopleList } from './people-list.tsx'
import { PersonForm } from './person-form.tsx'
import { useDismiss } from './use-dismiss.ts'

/** Most avatars side by side; the rest are a number. */
const avatarsMax = 4

function Others() {
  const people = useRoomPeople()
  const shown = people.length > avatarsMax ? people.slice(0, avatarsMax - 1) : people
  return (
    <span className="avatars">
      {shown.map(({ id, person }) => (
        <span key={id} className="avatar" style={personStyle(person)} data-testid="peer-avatar" title={person.name}>
          {initialsOf(person.name)}
        </span>
      ))}
      {people.length > 0 ? <span className="avatar more all">{`+${people.length}`}</span> : undefined}
      {people.length > shown.length ? <span className="avatar more">{`+${people.length - shown.length}`}</span> : undefined}
    </span>
  )
}

/** What the button says that shows all this. */
function useLabel(person: Person): string {
  const others = useRoomPeople().length
  const { followers } = useFollowState()
  const company = others === 0 ? 'nobody else is here' : others === 1 ? 'one other person is here' : `${others} others are here`
  return `You: ${person.name}; ${company}${followers > 0 ? `, ${followers} follow you` : ''}. Show people, change your name or colour`
}

function Followers() {
  const { followers } = useFollowState()
  if (followers === 0) return undefined
  return (
    <span className="followers" data-testid="followers" data-count={followers} title="What you see is on their screens, too">
      <Icon name="readOnly" size={15} />
      {followers}
      <span className="words">{followers === 1 ? 'follows you' : 'follow you'}</span>
    </span>
  )
}

/** Who is in the room; behind it their list, and the form for one's own name and colour. */
export function People({ person, onChange }: { person: Person; onChange: (person: Person) => void }) {
  const [isOpen, setOpen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const close = useCallback(() => setOpen(false), [])
  useDismiss(isOpen, place, close)
  const label = useLabel(person)
  return (
    <div className="people panel" ref={place}>
      <button type="button" className="people-button" data-testid="self" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span className="company-shown" aria-hidden="true">
          <Followers />
          <Others />
          <span className="avatar self" style={personStyle(person)}>
            {initialsOf(person.name)}
          </span>
        </span>
        <span className="visually-hidden">{label}</span>
      </button>
      {isOpen ? (
        <div className="people-panel panel" role="dialog" aria-label="People">
          <PeopleList onDone={close} />
          <PersonForm person={person} onChange={onChange} onClose={close} />
        </div>
      ) : undefined}
    </div>
  )
}
