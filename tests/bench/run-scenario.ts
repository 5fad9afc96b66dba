import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Options } from './options.ts'
import type { ScenarioResult } from './report.ts'
import type { Contest } from './scenario.ts'
import type { Contestant } from './subject.ts'

/** Runs a scenario for every subject, the subjects taking turns (A B C A B C), each run on a data folder of its own. */
export async function runScenario<Own extends Contestant>(
  { scenario, subjects, rival }: Contest<Own>,
  { runs, isQuick }: Pick<Options, 'runs' | 'isQuick'>,
): Promise<ScenarioResult> {
  const folder = await mkdtemp(join(tmpdir(), 'rejoin-bench-'))
  const valuesBySubject = new Map<string, Readonly<Record<string, number>>[]>(subjects.map(({ name }) => [name, []]))
  const failures: string[] = []
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
      console.error(`${scenario.name} ${what} failed`, error)
    }
  }
  const templateOf = (subjectName: string): string => join(folder, `${subjectName}-prepared`)
  try {
    for (const subject of subjects) {
      const dataDir = await mkdtemp(join(folder, 'prepare-'))
      console.error(`${scenario.name}: preparing ${subject.name}`)
      await attempt(`${subject.name} preparation`, async () => {
        await scenario.prepare?.({ subject, dataDir, run: 0, isQuick })
        await cp(dataDir, templateOf(subject.name), { recursive: true })
      })
    }
    for (let run = 0; run < runs; run += 1) {
      for (const subject of subjects) {
        await attempt(`${subject.name} run ${run + 1}`, async () => {
          const dataDir = join(folder, `${subject.name}-${run}`)
          await cp(templateOf(subject.name), dataDir, { recursive: true })
          const values = await scenario.measure({ subject, dataDir, run, isQuick })
          console.error(`${scenario.name} ${subject.name} run ${run + 1}:`, JSON.stringify(values))
          valuesBySubject.get(subject.name)?.push(values)
          await rm(dataDir, { recursive: true })
        })
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { scenario, rival, valuesBySubject, failures }
}
