import type { Clock, Scheduler } from '../seams.ts'

/** A clock and scheduler that move only when told to. */
export interface ManualTime extends Clock, Scheduler {
  /** Moves time forward, running each timer that falls due, in order of due time, at its own time. */
  advance(durationMs: number): void
  /** How many timers are armed. */
  pendingCount(): number
}

export function createManualTime(startMs = 0): ManualTime {
  let nowMs = startMs
  let nextId = 0
  const timerById = new Map<number, { readonly dueMs: number; readonly run: () => void }>()

  const takeDue = (untilMs: number): { readonly dueMs: number; readonly run: () => void } | undefined => {
    let dueId: number | undefined
    let due: { readonly dueMs: number; readonly run: () => void } | undefined
    for (const [id, timer] of timerById) {
      if (timer.dueMs <= untilMs && (due === undefined || timer.dueMs < due.dueMs)) [dueId, due] = [id, timer]
    }
    if (dueId !== undefined) timerById.delete(dueId)
    return due
  }

  return {
    now: () => nowMs,
    after: (delayMs, run) => {
      const id = nextId++
      timerById.set(id, { dueMs: nowMs + delayMs, run })
      return () => timerById.delete(id)
    },
    advance: (durationMs) => {
      const untilMs = nowMs + durationMs
      for (let due = takeDue(untilMs); due !== undefined; due = takeDue(untilMs)) {
        nowMs = Math.max(nowMs, due.dueMs)
        due.run()
      }
      nowMs = untilMs
    },
    pendingCount: () => timerById.size,
  }
}
