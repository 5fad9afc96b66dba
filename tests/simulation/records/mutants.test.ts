import { expect, test } from 'vitest'
import { findMutant } from './find-mutant.ts'
import { mutants, type Mutant } from './mutants.ts'

const names = Object.keys(mutants).filter((name): name is Mutant => name in mutants)

/** Where the rarer ones were last seen, so that the same five hundred worlds need not be made in their order: it saves two minutes. */
const lastSeenAt: Partial<Record<Mutant, number>> = {
  aheadIsNotMarked: 70,
  editsResurrect: 54,
  epochSurvivesRestore: 127,
  fenceIsIgnored: 384,
  floorIsForgotten: 156,
  holdIsIgnored: 237,
  sceneIsNotShown: 217,
  scopeIsIgnored: 223,
  staleIsIgnored: 100,
  timeWaitsForTheClock: 229,
  upToDateWithoutHeartbeat: 88,
  workerHasNoLimit: 39,
  workerSaysDoneTooEarly: 73,
  workerSendsWithAnyCookies: 73,
}

test.each(names)('the planted bug %s is found within 500 seeds', async (mutant) => {
  expect((await findMutant(mutant, 500, lastSeenAt[mutant]))?.violation).toBeDefined()
})
