import { test } from 'vitest'
import { expectOccasions, expectWorlds } from './expect-worlds.ts'

const seedsPerTest = 100
const occasions = new Set<string>()

test.each(Array.from({ length: 5 }, (_, index) => 501 + index * seedsPerTest))(
  'P1 to P7, P10 and P11 hold for records in every world from seed %i on',
  (first) => expectWorlds(first, seedsPerTest, occasions),
)

test('together these worlds met everything that is worth meeting', () => expectOccasions(occasions))
