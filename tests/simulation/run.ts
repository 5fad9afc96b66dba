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
  },
})
const isBoth = values.records === values.documents
const options = { first: Number(values.seed), count: Number(values.seeds), mutant: values.mutant, isTraced: values.trace }
let failed = 0
if (isBoth || values.documents) failed += await runCampaign('documents', options)
if (isBoth || values.records) failed += await runCampaign('records', options)
process.exitCode = failed === 0 ? 0 : 1
