import type { CSSProperties } from 'react'
import type { Person } from '../canvas/presence/presence.ts'
import { initialsOf } from '../person/person.ts'

/** For what takes its colour from a person. */
export const personStyle = ({ colour }: Person): CSSProperties & Record<'--person', string> => ({ '--person': colour })

/** A person's initials in their colour. */
export function Avatar({ person }: { person: Person }) {
  return (
    <span className="avatar" style={personStyle(person)} aria-hidden="true">
      {initialsOf(person.name)}
    </span>
  )
}
