import type { RowKey } from './row-key.ts'

/** Shorter ones are no runs. */
const runLengthMin = 8

export interface KeyRuns<Key extends RowKey> {
  /** First and last of whole numbers without a gap. */
  readonly runs: readonly (readonly [first: number, last: number])[]
  readonly others: readonly Key[]
}

/** Finds keys that follow each other: in a table of whole numbers nothing else lies between them. */
export function runsOf<Key extends RowKey>(keys: readonly Key[]): KeyRuns<Key> {
  const runs: (readonly [number, number])[] = []
  const inRuns = new Set<RowKey>()
  const numbers = [...new Set<RowKey>(keys)].filter(isWholeNumber).toSorted((left, right) => left - right)
  for (let start = 0, end = 0; start < numbers.length; start = end) {
    end = start + 1
    while (end < numbers.length && numbers[end] === (numbers[end - 1] ?? 0) + 1) end += 1
    if (end - start < runLengthMin) continue
    runs.push([numbers[start] ?? 0, numbers[end - 1] ?? 0])
    for (const number of numbers.slice(start, end)) inRuns.add(number)
  }
  return { runs, others: keys.filter((key) => !inRuns.has(key)) }
}

function isWholeNumber(key: RowKey): key is number {
  return Number.isSafeInteger(key)
}
