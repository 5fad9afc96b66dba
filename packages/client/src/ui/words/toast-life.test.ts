import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SyncState } from '../../sync/sync-state.ts'
import { sampleState } from '../../testing/sample-shown.ts'
import { followSync, freshToasts, toastWords } from './toast-life.ts'

type Parts = Partial<SyncState>

/** What is said, state by state; `-`: nothing. */
function tell(...states: readonly Parts[]): readonly string[] {
  let memory = freshToasts
  return states.map((parts) => {
    memory = followSync(memory, sampleState(parts))
    return memory.toast === undefined ? '-' : toastWords(memory.toast)
  })
}

const saved = 'Saved offline. Will sync when online.'
const synced = 'Your changes have been synced!'
const offline = (pending: number): Parts => ({ status: 'offline', pending })
const syncing = (current: number, total: number): Parts => ({ status: 'syncing', pending: total - current, current, total })
const probing: Parts = { status: 'syncing' }

test('[UI4] kept offline, under way, arrived: the life of a change in the words of the design', () => {
  expect(tell({}, offline(0), offline(1), offline(2), probing, syncing(0, 5), syncing(2, 5), probing, {})).toEqual([
    '-',
    '-',
    saved,
    saved,
    saved,
    'Syncing changes… (0 of 5)',
    'Syncing changes… (2 of 5)',
    'Syncing changes… (5 of 5)',
    synced,
  ])
})

test('[UI4] a change is told as kept once a spell: attempts in vain do not end it, an arrival does', () => {
  const oneSpell = tell({}, offline(1), syncing(0, 1), offline(1), syncing(0, 1), offline(2))
  expect(oneSpell).toEqual(['-', saved, 'Syncing changes… (0 of 1)', '-', 'Syncing changes… (0 of 1)', '-'])
  expect(tell({}, offline(1), {}, offline(0), offline(1))).toEqual(['-', saved, synced, synced, saved])
  expect(tell({}, offline(2), syncing(1, 2), offline(1)).at(-1)).toBe(saved)
})

test('[UI4] what is changed while the server is there is not told: the status says it', () => {
  expect(tell({}, syncing(0, 1), probing, {}, syncing(0, 3), {})).toEqual(['-', '-', '-', '-', '-', '-'])
})

test('[UI4] what waited when the page was opened is told of when it arrives', () => {
  expect(tell(probing, syncing(0, 2), {})).toEqual(['-', 'Syncing changes… (0 of 2)', synced])
  expect(tell(probing, {}, syncing(0, 2), {})).toEqual(['-', '-', '-', '-'])
})

test('[UI5] the denominator of one toast never jumps: a second run is told without numbers', () => {
  expect(tell({}, offline(5), syncing(2, 5), syncing(0, 3), syncing(1, 3), probing, {})).toEqual([
    '-',
    saved,
    'Syncing changes… (2 of 5)',
    'Syncing changes…',
    'Syncing changes…',
    'Syncing changes…',
    synced,
  ])
})

test('[UI6] good news are told only where all is settled and nothing new needs the person', () => {
  expect(tell({}, offline(2), syncing(0, 2), { attention: 1 }).at(-1)).toBe('-')
  expect(tell({ attention: 1 }, { ...offline(2), attention: 1 }, { attention: 1 }).at(-1)).toBe(synced)
  expect(tell({}, offline(2), syncing(0, 2), { status: 'error', failed: 1 }, { failed: 1 }).at(-1)).toBe('-')
  expect(tell({}, offline(2), { status: 'error', pending: 2 }, {}).at(-1)).toBe(synced)
  expect(tell({}, offline(2), { status: 'paused', pending: 2 }, {}).at(-1)).toBe(saved)
  expect(tell({}, offline(2), offline(0), {}).at(-1)).toBe(saved)
})

const anyState = fc
  .record({
    status: fc.constantFrom('offline', 'syncing', 'upToDate', 'error', 'paused'),
    pending: fc.nat(2),
    failed: fc.nat(1),
    attention: fc.nat(1),
    current: fc.nat(2),
    total: fc.nat(3),
  })
  .map(sampleState)

test('[UI5, UI6] whatever happens: no toast changes its denominator, and none says "synced" but at an arrival', () => {
  fc.assert(
    fc.property(fc.array(anyState, { maxLength: 12 }), (states) => {
      let memory = freshToasts
      const steps = states.map((state) => {
        const before = memory.toast
        memory = followSync(memory, state)
        return { before, state, after: memory.toast }
      })
      const lies = steps.filter(
        ({ before, state, after }) =>
          after?.type === 'synced' &&
          before?.type !== 'synced' &&
          (state.status !== 'upToDate' || state.pending + state.failed > 0),
      )
      const jumps = steps.filter(
        ({ before, after }) =>
          before?.type === 'syncing' &&
          after?.type === 'syncing' &&
          after.progress &&
          after.progress.total !== before.progress?.total,
      )
      expect({ lies, jumps }).toEqual({ lies: [], jumps: [] })
    }),
  )
})
