import { createSeededRandom } from '@rejoin/core/testing'
import { BrokenPromise, FuzzWorld } from './admission-fuzz-world.ts'

export interface FuzzReport {
  /** How often each verdict was given: `accepted`, `accepted in part`, `known`, `resync`, `refused BAD_FRAME`, … */
  readonly countByOutcome: Map<string, number>
  readonly failures: FuzzFailure[]
  /** Hostile updates judged. */
  attacks: number
}

export interface FuzzFailure {
  /** Starts the one world in which it happens. */
  readonly worldSeed: number
  /** Position of the update in that world. */
  readonly step: number
  readonly message: string
  readonly updateHex: string
}

/** Documents grow with what is accepted; a fresh one after so many attacks keeps each check quick. */
const attacksPerWorld = 250

/** Judges `count` hostile updates between honest edits and checks every promise after each. One seed decides everything. */
export function fuzzAdmission(options: {
  readonly count: number
  readonly seed: number
  onProgress?(report: FuzzReport): void
}): FuzzReport {
  const report: FuzzReport = { countByOutcome: new Map(), failures: [], attacks: 0 }
  for (let world = 0; report.attacks < options.count; world++) {
    fuzzWorld(options.seed + world, Math.min(attacksPerWorld, options.count - report.attacks), report)
    options.onProgress?.(report)
  }
  return report
}

function fuzzWorld(worldSeed: number, attacks: number, report: FuzzReport): void {
  const random = createSeededRandom(worldSeed)
  const world = new FuzzWorld(random)
  report.attacks += attacks
  let step = 0
  try {
    for (let warmUp = 0; warmUp < 10; warmUp++) world.editHonestly()
    for (; step < attacks; step++) {
      if (random.chance(0.2)) world.editHonestly()
      const verdict = world.attack()
      const outcome =
        verdict.type === 'refused'
          ? `refused ${verdict.code}`
          : verdict.type === 'accepted' && !verdict.isWhole
            ? 'accepted in part'
            : verdict.type
      report.countByOutcome.set(outcome, (report.countByOutcome.get(outcome) ?? 0) + 1)
    }
    world.checkLog()
  } catch (error) {
    const updateHex = error instanceof BrokenPromise ? Buffer.from(error.update).toString('hex') : ''
    report.failures.push({
      worldSeed,
      step,
      message:
        error instanceof Error
          ? (error.stack ?? error.message) + String(error.cause instanceof Error ? error.cause.stack : '')
          : String(error),
      updateHex,
    })
  }
}
