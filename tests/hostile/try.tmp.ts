import { fuzzAdmission } from './admission-fuzz.ts'
const r = fuzzAdmission({ count: Number(process.argv[2] ?? 2000), seed: Number(process.argv[3] ?? 1) })
console.log(r.countByOutcome)
const seen = new Map<string, number>()
for (const f of r.failures) {
  const k = f.message.split('\n').slice(0, 1).join('|')
  seen.set(k, (seen.get(k) ?? 0) + 1)
  if (seen.get(k)! <= 1) console.log(f.worldSeed, f.step, f.message.split('\n').slice(0, 9).join('\n'), f.updateHex.slice(0, 400))
}
console.log(seen, r.attacks)
if (process.argv[4]) for (const f of r.failures) console.log(f.message, (f as any).cause)
