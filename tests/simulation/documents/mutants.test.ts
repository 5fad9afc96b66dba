import { expect, test } from 'vitest'
import { findMutant } from './find-mutant.ts'
import { mutants, sceneMutants, type Mutant } from './mutants.ts'

const names = Object.keys({ ...mutants, ...sceneMutants }).filter(
  (name): name is Mutant => name in mutants || name in sceneMutants,
)

test.each(names)('the planted bug %s is found within 100 seeds', async (mutant) => {
  expect((await findMutant(mutant, 100))?.violation).toBeDefined()
})
