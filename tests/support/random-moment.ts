import type { Random } from '@rejoin/core'

/** Resolves at a random moment within so many milliseconds: for faults, which must not wait for a convenient one. */
export function randomMoment(random: Random, withinMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, random.next() * withinMs))
}
