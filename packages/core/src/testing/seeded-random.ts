import type { Random } from '../seams.ts'

/** A reproducible random source (mulberry32), with the draws that tests and simulations need. */
export interface SeededRandom extends Random {
  /** A whole number in [0, bound). */
  below(bound: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  /** One of the given values. Throws on an empty list. */
  pick<T>(values: readonly T[]): T
  /** An independent source for one concern, so that a draw added in one place does not reshuffle the others. */
  fork(concern: string): SeededRandom
}

export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const below = (bound: number): number => Math.floor(next() * bound)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (values) => {
      const value = values[below(values.length)]
      if (value === undefined) throw new Error('cannot pick from an empty list')
      return value
    },
    fork: (concern) => createSeededRandom(hash(seed, concern)),
  }
}

/** FNV-1a over the concern, mixed with the seed. */
function hash(seed: number, concern: string): number {
  let value = 2166136261 ^ seed
  for (const character of concern) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 16777619)
  return value >>> 0
}
