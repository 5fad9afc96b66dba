import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPerson, initialsOf, loadPerson, savePerson } from '../person/person.ts'
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

test('[CV17] the person comes back, and anything unreadable is a first visit', () => {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
  const first = loadPerson(storage, () => 0.5)
  expect(first).toEqual(createPerson(() => 0.5))
  savePerson(storage, { name: 'Ada', colour: '#123456' })
  expect(loadPerson(storage, () => 0)).toEqual({ name: 'Ada', colour: '#123456' })
  for (const broken of ['{', '{}', '{"name":"","colour":"red"}']) {
    expect(loadPerson({ getItem: () => broken }, () => 0.5)).toEqual(first)
  }
})

test('[CV17] initials come from the first and the last word', () => {
  expect(['Ada', 'Ada Quist', 'Ada van der Quist', '😀 Smile'].map(initialsOf)).toEqual(['A', 'AQ', 'AQ', '😀S'])
})
