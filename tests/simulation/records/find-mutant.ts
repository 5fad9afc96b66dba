import type { Mutant } from './mutants.ts'
import { runSeed, type Outcome } from './run-seed.ts'

/** A seed that shows a planted bug, out of `1` to `seedsMax`, looked for from `from` on and then from the start; `undefined` where none does. */
export async function findMutant(mutant: Mutant, seedsMax: number, from = 1): Promise<Outcome | undefined> {
  for (let at = 0; at < seedsMax; at++) {
    const outcome = await runSeed(1 + ((from - 1 + at) % seedsMax), mutant)
    if (outcome.violation !== undefined) return outcome
  }
  return undefined
}
