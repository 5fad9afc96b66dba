import type { Mutant } from './mutants.ts'
import { sceneMutants } from './mutants.ts'
import { runSceneSeed, runSeed, type Outcome } from './run-seed.ts'

/** The first seed that shows a planted bug, within a budget; `undefined` where none does. */
export async function findMutant(mutant: Mutant, seedsMax: number): Promise<Outcome | undefined> {
  const run = mutant in sceneMutants ? runSceneSeed : runSeed
  for (let seed = 1; seed <= seedsMax; seed++) {
    const outcome = await run(seed, mutant)
    if (outcome.violation !== undefined) return outcome
  }
  return undefined
}
