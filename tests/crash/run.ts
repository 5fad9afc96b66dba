// npm run crash -- --cycles 300 [--seed 7] [--records | --scenes]
import { parseArgs } from 'node:util'
import { runCampaign } from './campaign.ts'
import { runRecordsCampaign } from './records-campaign.ts'
import { runScenesCampaign } from './scenes-campaign.ts'

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    records: { type: 'boolean', default: false },
    scenes: { type: 'boolean', default: false },
  },
})
const cycles = Number(values.cycles)
const seed = Number(values.seed)
if (!Number.isInteger(cycles) || cycles < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run crash -- [--cycles N] [--seed N] [--records | --scenes]')
  process.exit(2)
}

console.log(
  `${cycles} cycles of SIGKILL under load${values.records ? ' of records' : values.scenes ? ' of scenes' : ''}, seed ${seed}`,
)
const startedMs = performance.now()
const seconds = () => `${((performance.now() - startedMs) / 1000).toFixed(0)} s`
let failed = 0

/** Prints what went wrong in a cycle, and where the campaign stands. */
function tell(cycle: number, faults: readonly string[]): void {
  if (faults.length > 0) failed += 1
  for (const fault of faults) console.log(`cycle ${cycle}: ${fault}`)
  if (cycle % 25 === 0) console.log(`${cycle} cycles in ${seconds()}, ${failed} with a fault`)
}

async function killDocuments(): Promise<void> {
  const report = await runCampaign({
    cycles,
    seed,
    onCycle: ({ cycle, losses }) =>
      tell(
        cycle,
        losses.map(({ document, token, promise }) => `${document} lost ${token}, which was ${promise}`),
      ),
  })
  for (const refusal of report.refusals) console.log(`refused: ${refusal}`)
  if (!report.hasConverged) console.log('the devices and the server did not converge in the end')
  console.log(
    [
      `${report.kills} kills in ${seconds()}`,
      `${report.acknowledged} updates acknowledged as stored, ${report.losses.filter(({ promise }) => promise === 'acknowledged').length} of them lost`,
      `${report.shown} updates shown to others, ${report.losses.filter(({ promise }) => promise === 'shown').length} of them lost`,
      `slowest restart ${report.slowestStartMs.toFixed(0)} ms`,
    ].join('\n'),
  )
  failed += (report.refusals.length > 0 ? 1 : 0) + (report.hasConverged ? 0 : 1)
}

async function killRecords(): Promise<void> {
  let told = 0
  const report = await runRecordsCampaign({
    cycles,
    seed,
    onCycle: (cycle, faults) => {
      told += faults.length
      tell(
        cycle,
        faults.map(({ kind, what }) => `${kind}: ${what}`),
      )
    },
  })
  const late = report.faults.slice(told)
  for (const { kind, what } of late) console.log(`in the end: ${kind}: ${what}`)
  const count = (kind: string) => report.faults.filter((fault) => fault.kind === kind).length
  console.log(
    [
      `${report.kills} kills in ${seconds()}`,
      `${report.answered} operations answered, ${report.rows} records in the end; ${count('lost')} lost, ${count('doubled')} doubled`,
      `${report.repeated} repeats answered, ${count('otherVerdict')} with another verdict`,
      `slowest restart ${report.slowestStartMs.toFixed(0)} ms`,
    ].join('\n'),
  )
  if (late.length > 0) failed += 1
}

async function killScenes(): Promise<void> {
  let told = 0
  const report = await runScenesCampaign({
    cycles,
    seed,
    onCycle: (cycle, faults) => {
      told += faults.length
      tell(cycle, faults)
    },
  })
  const late = report.faults.slice(told)
  for (const fault of late) console.log(`in the end: ${fault}`)
  console.log(
    `${report.kills} kills in ${seconds()}\n${report.answered} batches answered, ${report.repeated} repeats answered, ${report.faults.length} faults`,
  )
  if (late.length > 0) failed += 1
}

const kill = values.scenes ? killScenes : values.records ? killRecords : killDocuments
await kill()
console.log(`${Math.max(0, cycles - failed)} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
