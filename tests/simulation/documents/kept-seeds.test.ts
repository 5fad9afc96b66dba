import { expect, test } from 'vitest'
import { runSeed } from './run-seed.ts'

/** Worlds that once went wrong, and why. They stay right. */
const keptSeeds: readonly (readonly [seed: number, why: string])[] = [
  [
    1018,
    'the server asked for what was not admitted, then took back what was: a sibling tab vouched for edits that it had not sent',
  ],
  [3376, 'the same, over a slow network'],
  [4120, 'the same'],
  [6090, 'the same, after tabs had died'],
  [1996, 'a background upload that met a full device gave up for good'],
]

test.each(keptSeeds)('seed %i: %s', async (seed) => {
  expect((await runSeed(seed)).violation).toBeUndefined()
})
