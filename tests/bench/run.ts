// Measures Rejoin beside its peers: see README.md.
import { installPeers, peersFolder, recordPeersFolder } from './install-peers.ts'
import { runScenario } from './run-scenario.ts'
import { readOptions } from './options.ts'
import { printScenario, writeResults, type ScenarioResult } from './report.ts'

const options = readOptions(process.argv.slice(2))
const results: ScenarioResult[] = []
const report = (result: ScenarioResult): void => {
  results.push(result)
  printScenario(result)
  writeResults(results, options)
}

if (options.scenarios.length > 0) installPeers(peersFolder)
for (const scenario of options.scenarios) {
  report(await runScenario({ scenario, subjects: options.subjects, rival: 'hocuspocus' }, options))
}
if (options.recordContests.length > 0) installPeers(recordPeersFolder)
for (const contest of options.recordContests) report(await runScenario(contest, options))
for (const contest of options.canvasContests) report(await runScenario(contest, options))
