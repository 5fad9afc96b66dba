/** Milliseconds since the epoch as the wire has them. Clocks beyond what a date can say are cut to it. */
export function toIsoTime(ms: number): string {
  return new Date(Math.min(Math.max(ms, 0), 253_402_300_799_999)).toISOString()
}

/** 0 where the text is no time. */
export function fromIsoTime(text: string): number {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? 0 : ms
}
