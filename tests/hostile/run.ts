// npm run fuzz -- --count 100000 [--seed 1]
import { parseArgs } from 'node:util'
import { fuzzAdmission } from './admission-fuzz.ts'

const { values } = parseArgs({
  options: { count: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
})
const count = Number(values.count)
const seed = Number(values.seed)
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run fuzz -- [--count N] [--seed N]')
  process.exit(2)
}

console.log(`${count} hostile updates, seed ${seed}`)
const startedMs = performance.now()
let announced = 0
const report = fuzzAdmission({
  count,
  seed,
  onProgress: ({ attacks, failures }) => {
    if (attacks - announced < 20_000) return
    announced = attacks
    console.log(`${attacks} judged, ${failures.length} failed`)
  },
})
for (const [outcome, times] of [...report.countByOutcome].sort(([, a], [, b]) => b - a))
  console.log(`${String(times).padStart(9)} ${outcome}`)
for (const failure of report.failures) {
  console.log(`world ${failure.worldSeed}, update ${failure.step}: ${failure.message}`)
  if (failure.updateHex !== '') console.log(`  ${failure.updateHex}`)
}
console.log(`${((performance.now() - startedMs) / 1000).toFixed(0)} s; --seed N --count 250 repeats the world N alone`)
console.log(`${report.attacks - report.failures.length} passed, ${report.failures.length} failed`)
process.exit(report.failures.length === 0 ? 0 : 1)
