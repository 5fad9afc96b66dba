import { randomInt } from 'node:crypto'

/** What a generation may look like: a relay may adopt one that a device chose. */
const generationPattern = /^[A-Za-z0-9-]{1,64}$/
const epochLength = 12
/** Lives beyond this many digits cannot be reached by counting, so a generation that claims one collides with nothing. */
const ownGenerationPattern = /^([0-9a-z]{12})-([0-9]{1,9})$/

/** A random id of one life of the database: 12 characters of base 36. */
export function createEpoch(): string {
  return Array.from({ length: epochLength }, () => randomInt(36).toString(36)).join('')
}

/** The generation that this database gives to the n-th life of a name, counted from 1. */
export function generationOf(epoch: string, life: number): string {
  return `${epoch}-${life}`
}

/**
 * The life that a document's first generation counts as. A device may adopt a generation of ours that was never given out here,
 * and counting on from it keeps every later generation of the name different from it.
 */
export function lifeOf(epoch: string, generation: string): number {
  const [, ownEpoch, life] = ownGenerationPattern.exec(generation) ?? []
  return ownEpoch === epoch ? Math.max(1, Number(life)) : 1
}

export function isGeneration(text: string): boolean {
  return generationPattern.test(text)
}
