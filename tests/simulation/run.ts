import { parseArgs } from 'node:util'
import { mutants, type Mutant } from './documents/mutants.ts'
import { runSeed } from './documents/run-seed.ts'

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' }, mutant: { type: 'string' } },
})
const mutant = Object.keys(mutants).find((name): name is Mutant => name === values.mutant)
const first = Number(values.seed)
const count = Number(values.seeds)
const occasions = new Map<string, number>()
let [failed, steps] = [0, 0]
const startedAt = performance.now()
for (let seed = first; seed < first + count; seed++) {
  const outcome = await runSeed(seed, mutant)
  steps += outcome.steps
  for (const [occasion, times] of outcome.occasions) occasions.set(occasion, (occasions.get(occasion) ?? 0) + times)
  if (outcome.violation === undefined) continue
  failed++
  console.log(`seed ${seed}: ${outcome.violation.message}`)
}
const seconds = (performance.now() - startedAt) / 1000
console.log(
  [...occasions]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([occasion, times]) => `${occasion} ${times}`)
    .join(', '),
)
console.log(`${count} seeds, ${steps} steps, ${(count / seconds).toFixed(0)} seeds/s`)
console.log(`${count - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
