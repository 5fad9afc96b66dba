import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { Options } from './options.ts'
import type { Metric, Scenario } from './scenario.ts'

export interface ScenarioResult {
  readonly scenario: Pick<Scenario, 'name' | 'title' | 'metrics'>
  readonly rival: string | undefined
  /** Values of each finished run, in order. */
  readonly valuesBySubject: ReadonlyMap<string, readonly Readonly<Record<string, number>>[]>
  readonly failures: readonly string[]
}

const resultsFolder = new URL('./results/', import.meta.url)

/** Prints the scenario's table in Markdown, with the ratio to the rival and whether the goal is met. */
export function printScenario(result: ScenarioResult): void {
  const { scenario, rival, valuesBySubject, failures } = result
  const subjects = [...valuesBySubject.keys()]
  const rows = scenario.metrics.map((metric) => {
    const summaries = new Map(subjects.map((subject) => [subject, summarize(metric, valuesBySubject.get(subject) ?? [])]))
    const rejoin = summaries.get('rejoin')
    // A goal of Rejoin alone compares with nobody.
    const compared = rival === undefined ? Number.NaN : summaries.get(rival)
    return [
      metric.title,
      ...subjects.map((subject) => format(summaries.get(subject), metric.digits)),
      ...(rival === undefined ? [] : [rejoin === undefined || compared === undefined ? '' : format(rejoin / compared, 2)]),
      metric.goal?.text ?? '',
      rejoin === undefined || compared === undefined || metric.goal === undefined
        ? ''
        : metric.goal.isMet(rejoin, compared)
          ? 'yes'
          : '**no**',
    ]
  })
  const header = ['', ...subjects, ...(rival === undefined ? [] : [`rejoin : ${rival}`]), 'goal', 'met']
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  console.log(`\n### ${scenario.title}\n`)
  console.log([line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n'))
  for (const failure of failures) console.log(`\nFailed: ${failure}`)
}

/** Keeps every value of every run in `results/latest.json`. */
export function writeResults(results: readonly ScenarioResult[], options: Options): void {
  mkdirSync(resultsFolder, { recursive: true })
  const content = {
    measuredAt: new Date().toISOString(),
    node: process.version,
    processors: cpus().map(({ model }) => model),
    isQuick: options.isQuick,
    scenarios: results.map(({ scenario, valuesBySubject, failures }) => ({
      name: scenario.name,
      runs: Object.fromEntries(valuesBySubject),
      failures,
    })),
  }
  writeFileSync(new URL('latest.json', resultsFolder), `${JSON.stringify(content, undefined, 2)}\n`)
}

function summarize(metric: Metric, runs: readonly Readonly<Record<string, number>>[]): number | undefined {
  const values = runs.map((run) => run[metric.key]).filter((value) => value !== undefined)
  if (values.length === 0) return undefined
  const sorted = values.toSorted((a, b) => a - b)
  return metric.summary === 'worst' ? sorted.at(-1) : sorted[Math.floor((sorted.length - 1) / 2)]
}

function format(value: number | undefined, digits: number): string {
  return value === undefined ? '–' : value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits })
}
