import { mutants as documentMutants, sceneMutants, type Mutant as DocumentMutant } from './documents/mutants.ts'
import { runSceneSeed, runSeed as runDocumentSeed } from './documents/run-seed.ts'
import { mutants as recordMutants, type Mutant as RecordMutant } from './records/mutants.ts'
import { runSeed as runRecordSeed } from './records/run-seed.ts'

export interface CampaignOptions {
  readonly first: number
  readonly count: number
  /** A planted bug; of the other subject's it is none. */
  readonly mutant: string | undefined
  /** Prints every step (records only). */
  readonly isTraced: boolean
}

interface Outcome {
  readonly violation: Error | undefined
  readonly occasions: ReadonlyMap<string, number>
  readonly steps: number
}

/** Runs seeds one after the other and prints what they showed; resolves with how many failed. */
export async function runCampaign(
  subject: 'documents' | 'scenes' | 'records',
  { first, count, mutant, isTraced }: CampaignOptions,
): Promise<number> {
  const runSeed = subject === 'records' ? recordRunner(mutant, isTraced) : documentRunner(mutant, subject === 'scenes')
  const occasions = new Map<string, number>()
  let [failed, steps] = [0, 0]
  const startedAt = performance.now()
  for (let seed = first; seed < first + count; seed++) {
    const outcome = await runSeed(seed)
    steps += outcome.steps
    for (const [occasion, times] of outcome.occasions) occasions.set(occasion, (occasions.get(occasion) ?? 0) + times)
    if (outcome.violation === undefined) continue
    failed++
    console.log(`seed ${seed}: ${outcome.violation.message}`)
  }
  const seconds = (performance.now() - startedAt) / 1000
  const met = [...occasions].toSorted(([one], [other]) => one.localeCompare(other))
  console.log(met.map(([occasion, times]) => `${occasion} ${times}`).join(', '))
  console.log(`${subject}: ${count} seeds, ${failed} violations, ${steps} steps, ${(count / seconds).toFixed(0)} seeds/s`)
  return failed
}

function documentRunner(name: string | undefined, hasScenes: boolean): (seed: number) => Promise<Outcome> {
  const mutant = Object.keys({ ...documentMutants, ...sceneMutants }).find((known): known is DocumentMutant => known === name)
  return (seed) => (hasScenes ? runSceneSeed(seed, mutant) : runDocumentSeed(seed, mutant))
}

function recordRunner(name: string | undefined, isTraced: boolean): (seed: number) => Promise<Outcome> {
  const mutant = Object.keys(recordMutants).find((known): known is RecordMutant => known === name)
  return (seed) => runRecordSeed(seed, mutant, isTraced ? console.log : undefined)
}
