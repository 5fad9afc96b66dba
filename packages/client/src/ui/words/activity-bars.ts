import type { SyncRun } from '../../sync/sync-run.ts'
import { countWords } from './count-words.ts'
import { agoWords, durationWords } from './time-words.ts'

/** One run as a bar. */
export interface ActivityBar {
  readonly startedAt: number
  /** 0 to 1 of the tallest: what was settled, and on top of it what was taken in. */
  readonly sentShare: number
  readonly receivedShare: number
  readonly outcome: SyncRun['outcome']
  readonly words: string
}

/** The runs as bars, the oldest first. Heights are by square root, so that a large run does not flatten all others. */
export function barsOf(runs: readonly SyncRun[], now: number): readonly ActivityBar[] {
  const most = Math.max(1, ...runs.map(({ items, received }) => items + received))
  return runs.map((run) => {
    const all = run.items + run.received
    const height = Math.sqrt(all / most)
    const sentShare = all === 0 ? 0 : (height * run.items) / all
    return {
      startedAt: run.startedAt,
      sentShare,
      receivedShare: height - sentShare,
      outcome: run.outcome,
      words: describeRun(run, now),
    }
  })
}

const outcomes: Readonly<Record<SyncRun['outcome'], string>> = { done: '', failed: ' · failed', interrupted: ' · interrupted' }

/** `3 sent, 1 received in 2 s · 5 min ago` */
function describeRun({ startedAt, durationMs, items, received, outcome, error }: SyncRun, now: number): string {
  const reason = outcome === 'failed' && error !== undefined ? `: ${error.message}` : ''
  const counts = items + received === 0 ? 'nothing new' : `${items} sent, ${received} received`
  return `${counts} in ${durationWords(durationMs)} · ${agoWords(startedAt, now)}${outcomes[outcome]}${reason}`
}

/** What a chart says at a glance, in one sentence. */
export function describeRuns(runs: readonly SyncRun[]): string {
  if (runs.length === 0) return 'No run yet.'
  const sum = (of: (run: SyncRun) => number): number => runs.reduce((total, run) => total + of(run), 0)
  const failed = runs.filter(({ outcome }) => outcome === 'failed').length
  const bytes = sum(({ bytesSent, bytesReceived }) => bytesSent + bytesReceived)
  const parts = [
    countWords(runs.length, 'run'),
    `${sum(({ items }) => items)} sent`,
    `${sum(({ received }) => received)} received`,
    byteWords(bytes),
    ...(failed === 0 ? [] : [`${failed} failed`]),
  ]
  return `${parts.join(' · ')}.`
}

/** `812 bytes`, `14 kB`, `2.1 MB` */
export function byteWords(bytes: number): string {
  if (bytes < 1_000) return countWords(bytes, 'byte')
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
