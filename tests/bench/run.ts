// Measures Rejoin beside its peers: see README.md.
import { installPeers } from './install-peers.ts'
import { runScenario } from './run-scenario.ts'
import { readOptions } from './options.ts'
import { printScenario, writeResults, type ScenarioResult } from './report.ts'

const options = readOptions(process.argv.slice(2))
installPeers()
const results: ScenarioResult[] = []
for (const scenario of options.scenarios) {
  const result = await runScenario(scenario, options)
  results.push(result)
  printScenario(result)
  writeResults(results, options)
}
