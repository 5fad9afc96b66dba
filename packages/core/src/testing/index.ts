export { createManualTime, type ManualTime } from './manual-time.ts'
export { createSeededRandom, type SeededRandom } from './seeded-random.ts'
