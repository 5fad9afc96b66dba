import { expect, test } from 'vitest'
import { runRecordsCampaign } from './records-campaign.ts'

test('[CR3] a server that is killed at any moment keeps every operation that it answered, once, with its verdict', async () => {
  const report = await runRecordsCampaign({ cycles: 12, seed: 20_261_121 })
  expect(report).toMatchObject({ kills: 12, faults: [] })
  // The campaign must have had something to lose, and something to double.
  expect(report.answered).toBeGreaterThan(500)
  expect(report.repeated).toBeGreaterThan(100)
})

test.each(['early', 'forgetful', 'hollow'])('[CR4] a store of records that lies (%s) is found out', async (lie) => {
  const report = await runRecordsCampaign({
    cycles: 12,
    seed: 20_261_121,
    entry: 'tests/crash/lying-record-store-process.ts',
    environment: { REJOIN_TEST_LIE: lie },
    stopsAtFault: true,
  })
  expect(report.faults.length).toBeGreaterThan(0)
})
