/** `Date` as a function of its arguments alone: the one file of records that may name it. */

let lastMs = Number.NaN
let lastText = ''

/** ISO, UTC, with milliseconds. Rows written together share their time, so the last answer is kept. */
export function isoTime(ms: number): string {
  if (ms !== lastMs) {
    lastText = new Date(ms).toISOString()
    lastMs = ms
  }
  return lastText
}

/**
 * ms since the epoch; `undefined` where the text is no ISO time with an offset, or one that could not be written with four digits of a year
 * (an offset can push it out of them): nobody could read the row again.
 */
export function parseIsoTime(text: string): number | undefined {
  if (!isoPattern.test(text)) return undefined
  const ms = Date.parse(text)
  return ms >= yearOneMs && ms <= yearTenThousandMs - 1 ? ms : undefined
}

const yearOneMs = Date.parse('0001-01-01T00:00:00Z')
const yearTenThousandMs = Date.UTC(10_000, 0)

const isoPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/
