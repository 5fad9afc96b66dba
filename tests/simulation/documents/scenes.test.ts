import { expect, test } from 'vitest'
import { runSceneSeed } from './run-seed.ts'

const seedsPerTest = 100

/** Situations that a campaign must meet, or it proves nothing. */
const occasionsExpected = ['sendBatch', 'edit', 'crashServer', 'compact', 'cut', 'status stored']

test.each(Array.from({ length: 3 }, (_, index) => 1 + index * seedsPerTest))(
  'P1, P2, P3, P4, P6 and P9 hold in every world with operations on scenes from seed %i on',
  async (first) => {
    const occasions = new Set<string>()
    for (let seed = first; seed < first + seedsPerTest; seed++) {
      const outcome = await runSceneSeed(seed)
      expect(outcome.violation, `npm run simulate -- --scenes --seed ${seed} --seeds 1`).toBeUndefined()
      for (const occasion of outcome.occasions.keys()) occasions.add(occasion)
    }
    expect([...occasions]).toEqual(expect.arrayContaining(occasionsExpected))
  },
)

test('one seed is one world with scenes too: run twice, it does the same', async () => {
  for (const seed of [3, 1_003, 20_003]) expect(await runSceneSeed(seed)).toEqual(await runSceneSeed(seed))
})
