import { expect, test } from 'vitest'
import { runScenesCampaign } from './scenes-campaign.ts'

test('[CR5] a server that is killed in the middle of batches has each of them whole or not at all, and once, whatever is sent again', async () => {
  const report = await runScenesCampaign({ cycles: 12, seed: 20_261_121 })
  expect(report).toMatchObject({ kills: 12, faults: [] })
  // The campaign must have had something to lose, and something to double.
  expect(report.answered).toBeGreaterThan(60)
  expect(report.repeated).toBeGreaterThan(100)
})

test.each(['apart', 'forgetful', 'hollow'])(
  '[CR6] a server that keeps verdicts otherwise than with their effect (%s) is found out',
  async (lie) => {
    const report = await runScenesCampaign({
      cycles: 25,
      seed: 20_261_121,
      entry: 'tests/crash/lying-verdict-store-process.ts',
      environment: { REJOIN_TEST_LIE: lie },
      stopsAtFault: true,
    })
    expect(report.faults.join('\n')).toMatch(/took effect twice|another verdict|has counted/)
  },
)
