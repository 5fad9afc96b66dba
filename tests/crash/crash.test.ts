import { expect, test } from 'vitest'
import { runCampaign } from './campaign.ts'

test('[CR1] a server that is killed at any moment loses nothing that it acknowledged or showed to anybody', async () => {
  const report = await runCampaign({ cycles: 12, seed: 20_261_121 })
  expect(report).toMatchObject({ kills: 12, losses: [], refusals: [], hasConverged: true })
  // The campaign must have had something to lose.
  expect(report.acknowledged).toBeGreaterThan(100)
  expect(report.shown).toBeGreaterThan(100)
})

test('[CR2] a server that gives receipts before it commits is found out', async () => {
  const report = await runCampaign({
    cycles: 12,
    seed: 20_261_121,
    entry: 'tests/crash/lying-store-process.ts',
    stopsAtLoss: true,
  })
  expect(report.losses.length).toBeGreaterThan(0)
})
