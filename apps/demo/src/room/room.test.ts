import fc from 'fast-check'
import { expect, test } from 'vitest'
import { personSchema } from '../canvas/presence/presence.ts'
import { createPerson, initialsOf } from '../person/person.ts'
import { createRoomName, documentOfRoom, hashOfRoom, roomFromHash } from './room.ts'

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test('[CV16] a fresh room has a readable name that survives the address bar', () => {
  fc.assert(
    fc.property(share, (value) => {
      const room = createRoomName(() => value)
      expect(room).toMatch(/^[a-z]+-[a-z]+-[a-z2-9]{4}$/)
      expect(roomFromHash(hashOfRoom(room))).toBe(room)
    }),
  )
})

test('[CV16] rooms are read from the fragment, and nonsense is no room', () => {
  expect(roomFromHash('#/team-board')).toBe('team-board')
  expect(roomFromHash('#team%20board')).toBe('team board')
  expect(roomFromHash('#/Größe')).toBe('Größe')
  for (const hash of ['', '#', '#/', '#/a/b', '#/%E0%A4%A', '#/..', '#/%00', `#/${'x'.repeat(61)}`])
    expect(roomFromHash(hash)).toBe(undefined)
  expect(documentOfRoom('team-board')).toBe('canvas/team-board')
})

test('[CV17] a first visit is made up a person, whom others can be told of', () => {
  fc.assert(
    fc.property(share, (value) => {
      const person = createPerson(() => value)
      expect(personSchema.parse(person)).toEqual(person)
    }),
  )
})

test('[CV17] initials come from the first and the last word', () => {
  expect(['Ada', 'Ada Quist', 'Ada van der Quist', '😀 Smile'].map(initialsOf)).toEqual(['A', 'AQ', 'AQ', '😀S'])
})
