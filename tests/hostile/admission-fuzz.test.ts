import { describe, expect, test } from 'vitest'
import { fuzzAdmission } from './admission-fuzz.ts'

describe('hostile updates against a live document', () => {
  test('[A1][A17] five thousand are judged without a throw, and whatever is accepted leaves every replica whole', () => {
    const { countByOutcome, failures } = fuzzAdmission({ count: 5000, seed: 1 })
    expect(failures).toEqual([])
    // A campaign in which nothing is accepted, or nothing refused, would show nothing.
    for (const outcome of [
      'accepted',
      'accepted in part',
      'known',
      'resync',
      'refused BAD_FRAME',
      'refused CLIENT_BOUND',
      'refused TOO_LARGE',
    ]) {
      expect(countByOutcome.get(outcome) ?? 0, outcome).toBeGreaterThan(10)
    }
  })

  test('[A1] one seed decides everything', () => {
    expect(fuzzAdmission({ count: 300, seed: 7 })).toEqual(fuzzAdmission({ count: 300, seed: 7 }))
  })
})
