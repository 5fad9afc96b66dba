// npm run crash -- --cycles 300 [--seed 7]
import { parseArgs } from 'node:util'
import { runCampaign } from './campaign.ts'

const { values } = parseArgs({
  options: { cycles: { type: 'string', default: '100' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } },
})
const cycles = Number(values.cycles)
const seed = Number(values.seed)
if (!Number.isInteger(cycles) || cycles < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run crash -- [--cycles N] [--seed N]')
  process.exit(2)
}

console.log(`${cycles} cycles of SIGKILL under load, seed ${seed}`)
let failed = 0
const startedMs = performance.now()
const report = await runCampaign({
  cycles,
  seed,
  onCycle: ({ cycle, losses }) => {
    if (losses.length > 0) failed += 1
    for (const { document, token, promise } of losses)
      console.log(`cycle ${cycle}: ${document} lost ${token}, which was ${promise}`)
    if (cycle % 25 === 0) console.log(`${cycle} cycles, ${failed} with a loss`)
  },
})
for (const refusal of report.refusals) console.log(`refused: ${refusal}`)
if (!report.hasConverged) console.log('the devices and the server did not converge in the end')
console.log(
  [
    `${report.kills} kills in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`,
    `${report.acknowledged} updates acknowledged as stored, ${report.losses.filter(({ promise }) => promise === 'acknowledged').length} of them lost`,
    `${report.shown} updates shown to others, ${report.losses.filter(({ promise }) => promise === 'shown').length} of them lost`,
    `slowest restart ${report.slowestStartMs.toFixed(0)} ms`,
  ].join('\n'),
)
failed += (report.refusals.length > 0 ? 1 : 0) + (report.hasConverged ? 0 : 1)
console.log(`${Math.max(0, cycles - failed)} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
