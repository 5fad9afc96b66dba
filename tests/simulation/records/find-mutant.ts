import type { Mutant } from './mutants.ts'
import { runSeed, type Outcome } from './run-seed.ts'

/** The first seed that shows a planted bug, within a budget; `undefined` where none does. */
export async function findMutant(mutant: Mutant, seedsMax: number): Promise<Outcome | undefined> {
  for (let seed = 1; seed <= seedsMax; seed++) {
    const outcome = await runSeed(seed, mutant)
    if (outcome.violation !== undefined) return outcome
  }
  return undefined
}
