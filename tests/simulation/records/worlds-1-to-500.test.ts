import { expect, test } from 'vitest'
import { expectOccasions, expectWorlds } from './expect-worlds.ts'
import { runSeed } from './run-seed.ts'

const seedsPerTest = 100
const occasions = new Set<string>()

test.each(Array.from({ length: 5 }, (_, index) => 1 + index * seedsPerTest))(
  'P1 to P7, P10 and P11 hold for records in every world from seed %i on',
  (first) => expectWorlds(first, seedsPerTest, occasions),
)

test('together these worlds met everything that is worth meeting', () => expectOccasions(occasions))

test('one seed is one world: run twice, it does the same', async () => {
  for (const seed of [3, 1_003, 20_003]) expect(await runSeed(seed)).toEqual(await runSeed(seed))
})
