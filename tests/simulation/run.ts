import { parseArgs } from 'node:util'
import { runCampaign } from './run-campaign.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    mutant: { type: 'string' },
    records: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    documents: { type: 'boolean', default: false },
    scenes: { type: 'boolean', default: false },
  },
})
const isAll = !values.records && !values.documents && !values.scenes
const options = { first: Number(values.seed), count: Number(values.seeds), mutant: values.mutant, isTraced: values.trace }
let failed = 0
if (isAll || values.documents) failed += await runCampaign('documents', options)
if (isAll || values.scenes) failed += await runCampaign('scenes', options)
if (isAll || values.records) failed += await runCampaign('records', options)
process.exitCode = failed === 0 ? 0 : 1
