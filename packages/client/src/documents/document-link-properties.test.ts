import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLink, transition } from './document-link.ts'
import type { LinkEffect, LinkEvent } from './link-event.ts'
import type { LinkState } from './link-state.ts'
import { documentStateOf } from './link-status.ts'
import { hasPending } from './ordinal-ledger.ts'

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const closeCode = fc.constantFrom(0, 1001, 1006, 1012, 1013, 4400, 4401, 4403, 4404, 4413, 4501, 4529)

/** Everything that can happen, most of it at the wrong moment. `changeMade` gets its ordinal when it is played. */
const anyEvent: fc.Arbitrary<LinkEvent> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('changeMade' as const), ordinal: fc.constant(0), isKept: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('changesKept' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.constant({ type: 'changeNotKept' as const, message: 'full' }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('settledElsewhere' as const), ordinals: fc.array(fc.integer({ min: 1, max: 20 })) }),
  },
  { weight: 3, arbitrary: fc.constant({ type: 'wentOnline' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'wentOffline' as const, message: 'off' }) },
  { weight: 1, arbitrary: fc.constant({ type: 'woke' as const }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('timerFired' as const), isSending: fc.boolean(), random }) },
  { weight: 5, arbitrary: fc.constant({ type: 'tokenFetched' as const }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('tokenFailed' as const), message: fc.constant('no'), random }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('helloReceived' as const),
      generation: fc.constantFrom('g1', 'g1', 'g1', 'g2'),
      access: fc.constantFrom('write', 'write', 'read'),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ type: 'frameSent' as const, kind: 'step2' as const }) },
  { weight: 6, arbitrary: fc.constant({ type: 'frameSent' as const, kind: 'update' as const }) },
  { weight: 4, arbitrary: fc.constant({ type: 'step2Applied' as const }) },
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constant('receiptReceived' as const), settledCount: fc.integer({ min: 0, max: 12 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('refusedReceived' as const),
      frameNumber: fc.integer({ min: 1, max: 12 }),
      code: fc.constant('TOO_LARGE'),
      message: fc.constant('too large'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'reauthenticateReceived' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('socketClosed' as const),
      closeCode,
      lastedMs: fc.integer({ min: 0, max: 100_000 }),
      random,
    }),
  },
)

/** A device and a server in numbers: what the server has said is stored, by a second, simpler account than the link's own. */
interface World {
  link: LinkState
  isTimerArmed: boolean
  /** Ordinals covered by each frame of this connection; `undefined` for a frame that proves nothing. */
  frames: (number | undefined)[]
  hasSentStep2: boolean
  settledFrames: number
  stored: Set<number>
  refused: Set<number>
  elsewhere: Set<number>
}

function play(
  events: readonly LinkEvent[],
  check: (world: World, event: LinkEvent, effects: readonly LinkEffect[]) => void,
): void {
  const world: World = {
    link: createLink({ generation: undefined, canTell: true }),
    isTimerArmed: false,
    frames: [],
    hasSentStep2: false,
    settledFrames: 0,
    stored: new Set(),
    refused: new Set(),
    elsewhere: new Set(),
  }
  for (const drawn of events) {
    // A timer fires only while it is armed, and is spent by it.
    if (drawn.type === 'timerFired' && !world.isTimerArmed) continue
    const event = complete(drawn, world)
    if (event.type === 'timerFired') world.isTimerArmed = false
    account(world, event)
    const { state, effects } = transition(world.link, event)
    for (const effect of effects) {
      if (effect.type === 'setTimer') world.isTimerArmed = true
      if (effect.type === 'clearTimer') world.isTimerArmed = false
      if (effect.type === 'connect') Object.assign(world, { frames: [], hasSentStep2: false, settledFrames: 0 })
      if (effect.type === 'setFrameAside')
        for (const { from, through } of effect.ranges) for (let o = from; o <= through; o++) world.refused.add(o)
    }
    world.link = state
    check(world, event, effects)
  }
}

function complete(drawn: LinkEvent, { link, frames }: World): LinkEvent {
  if (drawn.type === 'changeMade') return { ...drawn, ordinal: link.ledger.madeThrough + 1 }
  return drawn.type === 'receiptReceived' && drawn.settledCount === everything ? { ...drawn, settledCount: frames.length } : drawn
}

function account(world: World, event: LinkEvent): void {
  if (event.type === 'settledElsewhere')
    for (const ordinal of event.ordinals) if (ordinal <= world.link.ledger.madeThrough) world.elsewhere.add(ordinal)
  if (world.link.connection.phase !== 'live') return
  if (event.type === 'frameSent') {
    world.hasSentStep2 ||= event.kind === 'step2'
    world.frames.push(world.hasSentStep2 ? world.link.ledger.madeThrough : undefined)
  }
  if (event.type === 'receiptReceived' && event.settledCount <= world.frames.length) {
    world.settledFrames = Math.max(world.settledFrames, event.settledCount)
    const through = world.frames.slice(0, event.settledCount).reduce<number>((most, covers) => Math.max(most, covers ?? 0), 0)
    for (let ordinal = 1; ordinal <= through; ordinal++) world.stored.add(ordinal)
  }
}

/** A server that does its part, so that the good states are reached too. `everything` is replaced by what was sent when it is played. */
const everything = -1
const connecting: readonly LinkEvent[] = [
  { type: 'wentOnline' },
  { type: 'tokenFetched' },
  { type: 'helloReceived', generation: 'g1', access: 'write' },
  { type: 'frameSent', kind: 'step2' },
  { type: 'step2Applied' },
]
const settling: readonly LinkEvent[] = [
  { type: 'changesKept', count: 1_000 },
  { type: 'receiptReceived', settledCount: everything },
]
const manyEvents = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: anyEvent.map((event) => [event]) },
      { weight: 1, arbitrary: fc.constantFrom(connecting, settling, [...connecting, ...settling]) },
    ),
    { minLength: 1, maxLength: 80 },
  )
  .map((pieces) => pieces.flat())

describe('whatever happens', () => {
  test('[L22] pending, able, idle, no timer armed: impossible', () => {
    fc.assert(
      fc.property(manyEvents, (events) => {
        play(events, ({ link, isTimerArmed }) => {
          const { phase } = link.connection
          const isAble = phase !== 'parked' && phase !== 'stopped' && phase !== 'gone' && phase !== 'closed'
          const isDue = isAble && (phase !== 'live' || hasPending(link.ledger))
          expect({ phase, isTimerArmed, isAble }).toEqual({ phase, isTimerArmed: isDue || (isAble && isTimerArmed), isAble })
        })
      }),
      { numRuns: 2_000 },
    )
  })

  test('[L2] stored is said only of changes that a receipt covers (P4)', () => {
    let storedCount = 0
    fc.assert(
      fc.property(manyEvents, (events) => {
        play(events, ({ link, stored, refused, elsewhere, frames, settledFrames, hasSentStep2 }) => {
          if (documentStateOf(link).status !== 'stored') return
          if (link.ledger.madeThrough > 0) storedCount++
          for (let ordinal = 1; ordinal <= link.ledger.madeThrough; ordinal++) {
            expect(stored.has(ordinal) || refused.has(ordinal) || elsewhere.has(ordinal)).toBe(true)
          }
          expect({ settledFrames, hasSentStep2 }).toEqual({ settledFrames: frames.length, hasSentStep2: true })
          expect(link.ledger.unkeptCount).toBe(0)
        })
      }),
      { numRuns: 2_000 },
    )
    expect(storedCount).toBeGreaterThan(100)
  })

  test('[L4] a change is told as stored only where a receipt covers it, at most once, and never after it was refused', () => {
    fc.assert(
      fc.property(manyEvents, (events) => {
        const told = new Set<number>()
        play(events, (world, _event, effects) => {
          for (const effect of effects) {
            if (effect.type !== 'changesStored' && effect.type !== 'setFrameAside') continue
            for (const { from, through } of effect.ranges) {
              for (let ordinal = from; ordinal <= through; ordinal++) {
                expect(told.has(ordinal)).toBe(false)
                expect(effect.type === 'setFrameAside' || world.stored.has(ordinal)).toBe(true)
                told.add(ordinal)
              }
            }
          }
          expect(world.link.ledger.settledThrough).toBeLessThanOrEqual(world.link.ledger.madeThrough)
        })
      }),
      { numRuns: 1_000 },
    )
  })

  test('[L23] a state is never changed in place', () => {
    fc.assert(
      fc.property(manyEvents, (events) => {
        let before = ''
        let kept: LinkState | undefined
        play(events, ({ link }) => {
          expect(kept === undefined ? '' : JSON.stringify(kept)).toBe(before)
          kept = link
          before = JSON.stringify(link)
        })
      }),
      { numRuns: 300 },
    )
  })
})
