import type { Person } from '../canvas/presence/presence.ts'
import type { RandomShare } from '../room/room.ts'

/** Dark enough for white letters on top. */
export const personColours = ['#d6409f', '#e5484d', '#dd6b20', '#a87b00', '#2f8f5b', '#0d8a9c', '#2f6fd6', '#6e56cf'] as const

const firstNames = ['Curious', 'Cheerful', 'Patient', 'Daring', 'Thoughtful', 'Breezy', 'Sunny', 'Merry']
const lastNames = ['Fox', 'Puffin', 'Lynx', 'Koala', 'Otter', 'Wren', 'Gecko', 'Panda', 'Heron', 'Marten']

/** A friendly stranger, for a first visit. */
export function createPerson(random: RandomShare): Person {
  const pick = (values: readonly string[]) => values[Math.floor(random() * values.length)] ?? ''
  return { name: `${pick(firstNames)} ${pick(lastNames)}`, colour: pick(personColours) }
}

/** Up to two letters for an avatar. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]]
  return letters
    .map((word) => Array.from(word ?? '')[0] ?? '')
    .join('')
    .toUpperCase()
}
