import { expect, test } from 'vitest'
import { runSeed } from './run-seed.ts'

const seedsPerTest = 100

/** Situations that a campaign must meet, or it proves nothing. */
const occasionsExpected = [
  'edit',
  'cut',
  'clog',
  'crashServer',
  'crashTab',
  'reloadTab',
  'goOffline',
  'compact',
  'status offline',
  'status saving',
  'status stored',
]

test.each(Array.from({ length: 10 }, (_, index) => 1 + index * seedsPerTest))(
  'P1, P3, P4, P6 and P9 hold in every world from seed %i on',
  async (first) => {
    const occasions = new Set<string>()
    for (let seed = first; seed < first + seedsPerTest; seed++) {
      const outcome = await runSeed(seed)
      expect(outcome.violation, `npm run simulate -- --seed ${seed} --seeds 1`).toBeUndefined()
      for (const occasion of outcome.occasions.keys()) occasions.add(occasion)
    }
    expect([...occasions]).toEqual(expect.arrayContaining(occasionsExpected))
  },
)

test('one seed is one world: run twice, it does the same', async () => {
  for (const seed of [3, 1_003, 20_003]) expect(await runSeed(seed)).toEqual(await runSeed(seed))
})
