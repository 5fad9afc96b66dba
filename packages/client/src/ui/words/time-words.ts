import { toIsoTime } from '../../record-database/iso-time.ts'

const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** How long ago, roughly. What lies ahead by another device's clock was "just now". */
export function agoWords(at: number, now: number): string {
  const pastMs = now - at
  if (pastMs < 45 * secondMs) return 'just now'
  if (pastMs < hourMs) return `${Math.max(1, Math.round(pastMs / minuteMs))} min ago`
  if (pastMs < dayMs) return `${Math.round(pastMs / hourMs)} h ago`
  return toIsoTime(at).slice(0, 10)
}

/** How long until then, roughly: nothing counts the seconds down. */
export function untilWords(at: number, now: number): string {
  const leftMs = at - now
  return leftMs < minuteMs ? 'shortly' : `in ${Math.ceil(leftMs / minuteMs)} min`
}

/** A length of time in its largest unit: `4 s`, `12 min`, `3 h`, `2 days`. */
export function durationWords(ms: number): string {
  if (ms < 950) return 'less than a second'
  if (ms < minuteMs) return `${Math.round(ms / secondMs)} s`
  if (ms < hourMs) return `${Math.round(ms / minuteMs)} min`
  if (ms < dayMs) return `${Math.round(ms / hourMs)} h`
  const days = Math.round(ms / dayMs)
  return days === 1 ? '1 day' : `${days} days`
}
