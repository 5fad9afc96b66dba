import { expect, test } from 'vitest'
import { findMutant } from './find-mutant.ts'
import { mutants, type Mutant } from './mutants.ts'

const names = Object.keys(mutants).filter((name): name is Mutant => name in mutants)

test.each(names)('the planted bug %s is found within 500 seeds', async (mutant) => {
  expect((await findMutant(mutant, 500))?.violation).toBeDefined()
})
