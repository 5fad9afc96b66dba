import { expect, test } from 'vitest'
import { LoadGuard } from './load-guard.ts'
import { socketLimits } from './socket-limits.ts'

/** Whether the guard holds after each stretch of `sweepMs` in which the loop was so late. */
function judge(delaysMs: readonly number[]): readonly boolean[] {
  let delayMs = 0
  let elapsedMs = 0
  const guard = new LoadGuard({ takeP99Ms: () => delayMs, elapsedMs: () => elapsedMs })
  return delaysMs.map((next) => {
    delayMs = next
    elapsedMs += socketLimits.sweepMs
    guard.sweep()
    return guard.isOverloaded
  })
}

test('[WG1] ten seconds of a late event loop are an overload; one good stretch ends it, and a shorter spell is none', () => {
  expect(judge([201, 201, 201, 201, 900, 200, 201, 201, 201, 10])).toEqual([
    false,
    false,
    false,
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ])
})
