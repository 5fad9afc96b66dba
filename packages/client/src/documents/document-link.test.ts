import { describe, expect, test } from 'vitest'
import { createLink, transition } from './document-link.ts'
import type { LinkEffect, LinkEvent, LinkEventOf, LinkEventType } from './link-event.ts'
import type { LinkConnection, LinkPhase, LinkState, LiveConnection } from './link-state.ts'
import { documentStateOf } from './link-status.ts'
import { noFrames } from './sent-frames.ts'

const reason = { code: 'FORBIDDEN', message: 'no' }

const live: LiveConnection = {
  phase: 'live',
  attempt: 0,
  access: 'write',
  frames: noFrames,
  isSynced: false,
  isStep2Accepted: false,
  isReauthenticating: false,
}

const connections: { readonly [P in LinkPhase]: Extract<LinkConnection, { phase: P }> } = {
  parked: { phase: 'parked', message: 'off' },
  waiting: { phase: 'waiting', attempt: 3, message: 'cut' },
  authorising: { phase: 'authorising', attempt: 3, message: 'cut' },
  connecting: { phase: 'connecting', attempt: 3, message: 'cut' },
  live,
  stopped: { phase: 'stopped', reason },
  gone: { phase: 'gone', reason },
  closed: { phase: 'closed' },
}

const events: { readonly [T in LinkEventType]: LinkEventOf<T> } = {
  changeMade: { type: 'changeMade', ordinal: 1, isKept: false },
  changesKept: { type: 'changesKept', count: 1 },
  changeNotKept: { type: 'changeNotKept', message: 'the device is full' },
  settledElsewhere: { type: 'settledElsewhere', ordinals: [1] },
  wentOnline: { type: 'wentOnline' },
  wentOffline: { type: 'wentOffline', message: 'no network' },
  woke: { type: 'woke' },
  timerFired: { type: 'timerFired', isSending: false, random: 0.5 },
  tokenFetched: { type: 'tokenFetched' },
  tokenFailed: { type: 'tokenFailed', message: 'no token', random: 0.5 },
  helloReceived: { type: 'helloReceived', generation: 'g1', access: 'write' },
  frameSent: { type: 'frameSent', kind: 'step2' },
  step2Applied: { type: 'step2Applied' },
  receiptReceived: { type: 'receiptReceived', settledCount: 1 },
  refusedReceived: { type: 'refusedReceived', frameNumber: 1, code: 'FORBIDDEN', message: 'no' },
  reauthenticateReceived: { type: 'reauthenticateReceived' },
  socketClosed: { type: 'socketClosed', closeCode: 1006, lastedMs: 10, random: 0.5 },
  setAsideElsewhere: { type: 'setAsideElsewhere', code: 'DELETED', message: 'deleted' },
  closed: { type: 'closed' },
}

/** What every event does in every phase: the phase after it, and the effects by type. A phase or an event without a line does not compile. */
const table: { readonly [P in LinkPhase]: { readonly [T in LinkEventType]: readonly [LinkPhase, ...LinkEffect['type'][]] } } = {
  parked: {
    ...staying('parked'),
    wentOnline: ['authorising', 'fetchToken', 'setTimer'],
    setAsideElsewhere: ['gone', 'clearTimer'],
    closed: ['closed', 'clearTimer'],
  },
  waiting: {
    ...staying('waiting'),
    wentOnline: ['authorising', 'fetchToken', 'setTimer'],
    wentOffline: ['parked', 'clearTimer'],
    woke: ['authorising', 'fetchToken', 'setTimer'],
    timerFired: ['authorising', 'fetchToken', 'setTimer'],
    setAsideElsewhere: ['gone', 'clearTimer'],
    closed: ['closed', 'clearTimer'],
  },
  authorising: {
    ...staying('authorising'),
    wentOffline: ['parked', 'clearTimer'],
    timerFired: ['waiting', 'setTimer'],
    tokenFetched: ['connecting', 'connect', 'setTimer'],
    tokenFailed: ['waiting', 'setTimer'],
    setAsideElsewhere: ['gone', 'clearTimer'],
    closed: ['closed', 'clearTimer'],
  },
  connecting: {
    ...staying('connecting'),
    wentOffline: ['parked', 'disconnect', 'clearTimer'],
    timerFired: ['waiting', 'disconnect', 'setTimer'],
    helloReceived: ['live', 'rememberGeneration', 'setTimer'],
    socketClosed: ['waiting', 'setTimer'],
    setAsideElsewhere: ['gone', 'disconnect', 'clearTimer'],
    closed: ['closed', 'disconnect', 'clearTimer'],
  },
  live: {
    ...staying('live'),
    wentOffline: ['parked', 'disconnect', 'clearTimer'],
    timerFired: ['waiting', 'disconnect', 'setTimer'],
    step2Applied: ['live', 'setTimer'],
    reauthenticateReceived: ['live', 'fetchToken'],
    socketClosed: ['waiting', 'setTimer'],
    setAsideElsewhere: ['gone', 'disconnect', 'clearTimer'],
    closed: ['closed', 'disconnect', 'clearTimer'],
  },
  stopped: {
    ...staying('stopped'),
    wentOnline: ['authorising', 'fetchToken', 'setTimer'],
    setAsideElsewhere: ['gone', 'clearTimer'],
    closed: ['closed', 'clearTimer'],
  },
  gone: { ...staying('gone'), closed: ['closed', 'clearTimer'] },
  closed: staying('closed'),
}

function staying<P extends LinkPhase>(phase: P): { readonly [T in LinkEventType]: readonly [LinkPhase] } {
  return {
    changeMade: [phase],
    changesKept: [phase],
    changeNotKept: [phase],
    settledElsewhere: [phase],
    wentOnline: [phase],
    wentOffline: [phase],
    woke: [phase],
    timerFired: [phase],
    tokenFetched: [phase],
    tokenFailed: [phase],
    helloReceived: [phase],
    frameSent: [phase],
    step2Applied: [phase],
    receiptReceived: [phase],
    refusedReceived: [phase],
    reauthenticateReceived: [phase],
    socketClosed: [phase],
    setAsideElsewhere: [phase],
    closed: [phase],
  }
}

const start: LinkState = createLink({ generation: undefined, canTell: true })

const entriesOf = <K extends string, V>(record: { readonly [key in K]: V }): [K, V][] => Object.entries(record) as [K, V][]

describe('every phase and every event', () => {
  for (const [phase, row] of entriesOf(table)) {
    test.each(entriesOf(row))(`[L1] ${phase} + %s`, (type, [phaseAfter, ...effectTypes]) => {
      const { state, effects } = transition({ ...start, connection: connections[phase] }, events[type])
      expect([state.connection.phase, ...effects.map((effect) => effect.type)]).toEqual([phaseAfter, ...effectTypes])
    })
  }
})

/** Plays events from a state; gives the last state and every effect. */
function play(
  first: LinkState,
  ...steps: readonly LinkEvent[]
): { readonly state: LinkState; readonly effects: readonly LinkEffect[] } {
  const effects: LinkEffect[] = []
  const state = steps.reduce((before, event) => {
    const after = transition(before, event)
    effects.push(...after.effects)
    return after.state
  }, first)
  return { state, effects }
}

const made = (ordinal: number, isKept = true): LinkEvent => ({ type: 'changeMade', ordinal, isKept })
const sent = (kind: 'step2' | 'update'): LinkEvent => ({ type: 'frameSent', kind })
const receipt = (settledCount: number): LinkEvent => ({ type: 'receiptReceived', settledCount })
const refused = (frameNumber: number): LinkEvent => ({
  type: 'refusedReceived',
  frameNumber,
  code: 'TOO_LARGE',
  message: 'too large',
})
const greeted: readonly LinkEvent[] = [
  { type: 'wentOnline' },
  { type: 'tokenFetched' },
  { type: 'helloReceived', generation: 'g1', access: 'write' },
]
const synced: readonly LinkEvent[] = [...greeted, sent('step2'), { type: 'step2Applied' }]
const stored = (effects: readonly LinkEffect[]): unknown => effects.filter(({ type }) => type === 'changesStored')

describe('what a receipt settles', () => {
  test('[L4] a step 2 settles every change that the document held when it was sent, and none made later', () => {
    const { state, effects } = play(start, made(1), made(2), ...synced, made(3), receipt(1))
    expect(stored(effects)).toEqual([{ type: 'changesStored', ranges: [{ from: 1, through: 2 }] }])
    expect(documentStateOf(state)).toEqual({ status: 'saving', isOnDevice: true, hasUnstored: true, reason: undefined })
  })

  test('[L5] an update sent before the step 2 settles nothing by itself', () => {
    const before = play(start, made(1), ...greeted, made(2), sent('update'), receipt(1))
    expect(stored(before.effects)).toEqual([])
    const after = play(before.state, sent('step2'), receipt(2))
    expect(stored(after.effects)).toEqual([{ type: 'changesStored', ranges: [{ from: 1, through: 2 }] }])
  })

  test('[L6] updates after the step 2 settle through their change, one receipt for many', () => {
    const burst = Array.from({ length: 1_000 }, (_, index) => [made(index + 1), sent('update')]).flat()
    const { state, effects } = play(start, ...synced, receipt(1), ...burst, receipt(500))
    expect(stored(effects)).toEqual([{ type: 'changesStored', ranges: [{ from: 1, through: 499 }] }])
    const { connection } = play(state, receipt(1_001)).state
    expect(connection.phase === 'live' && connection.frames.runs).toEqual([])
  })

  test('[L6] a burst is kept as one run, so that a hundred thousand changes in flight cost no more than one', () => {
    const burst = Array.from({ length: 50 }, (_, index) => [made(index + 1), sent('update')]).flat()
    const { connection } = play(start, ...synced, receipt(1), ...burst).state
    expect(connection.phase === 'live' && connection.frames.runs).toEqual([
      { kind: 'update', firstNumber: 2, count: 50, firstCovers: 1, step: 1 },
    ])
  })

  test('[L7] a receipt for frames that were never sent settles nothing', () => {
    const { state, effects } = play(start, made(1), ...synced, receipt(2))
    expect(stored(effects)).toEqual([])
    expect(documentStateOf(state).hasUnstored).toBe(true)
  })

  test('[L8] a new connection counts its frames from 1 and settles nothing of the old one', () => {
    const { state, effects } = play(
      start,
      ...synced,
      receipt(1),
      made(1),
      sent('update'),
      events.socketClosed,
      events.timerFired,
      ...greeted,
    )
    expect(stored(effects)).toEqual([])
    const again = play(state, sent('step2'), receipt(1))
    expect(stored(again.effects)).toEqual([{ type: 'changesStored', ranges: [{ from: 1, through: 1 }] }])
  })

  test('[L9] what a neighbour tab had acknowledged needs no receipt here', () => {
    const { state } = play(start, made(1), made(2), made(3), { type: 'settledElsewhere', ordinals: [1, 3] })
    expect(state.ledger).toMatchObject({ settledThrough: 1, settledBeyond: [{ from: 3, through: 3 }] })
    const { effects } = play(state, ...synced, receipt(1))
    expect(stored(effects)).toEqual([{ type: 'changesStored', ranges: [{ from: 2, through: 2 }] }])
  })
})

describe('refusals', () => {
  test('[L10] a refused update is set aside alone; what comes after it settles as ever', () => {
    const steps = [made(1), sent('update'), made(2), sent('update'), made(3), sent('update')]
    const { state, effects } = play(start, ...synced, receipt(1), ...steps, refused(3), receipt(4))
    expect(effects.filter(({ type }) => type === 'setFrameAside' || type === 'changesStored')).toEqual([
      { type: 'setFrameAside', frameNumber: 3, ranges: [{ from: 2, through: 2 }], code: 'TOO_LARGE', message: 'too large' },
      {
        type: 'changesStored',
        ranges: [
          { from: 1, through: 1 },
          { from: 3, through: 3 },
        ],
      },
    ])
    expect(documentStateOf(state)).toEqual({ status: 'refused', isOnDevice: true, hasUnstored: false, reason: 'too large' })
  })

  test('[L11] a refused step 2 takes every dirty change with it', () => {
    const { state, effects } = play(start, made(1), made(2), ...synced, refused(1), receipt(1))
    expect(effects.filter(({ type }) => type === 'setFrameAside')).toEqual([
      { type: 'setFrameAside', frameNumber: 1, ranges: [{ from: 1, through: 2 }], code: 'TOO_LARGE', message: 'too large' },
    ])
    expect(documentStateOf(state)).toMatchObject({ status: 'refused', hasUnstored: false })
  })

  test('[L12] a refusal ends when the server takes a step 2 that was sent after the refused frame, not one sent before it', () => {
    const before = play(start, ...synced, made(1), sent('update'), refused(2), receipt(2))
    expect(documentStateOf(before.state).status).toBe('refused')
    const after = play(before.state, sent('step2'), receipt(3))
    expect(documentStateOf(after.state).status).toBe('stored')
  })

  test('[L12] a refusal outlasts the connection, and a copy that is refused again is not set aside again', () => {
    const { state } = play(start, made(1), ...synced, refused(1), receipt(1), events.socketClosed)
    expect(documentStateOf(state).status).toBe('refused')
    const again = play(state, events.timerFired, ...synced, refused(1), receipt(1))
    expect(again.effects.filter(({ type }) => type === 'setFrameAside')).toEqual([])
    expect(documentStateOf(again.state).status).toBe('refused')
  })
})

describe('lives of a document', () => {
  test('[L13] the first server that is met gives the copy its generation', () => {
    const { state, effects } = play(start, ...greeted)
    expect(state.generation).toBe('g1')
    expect(effects).toContainEqual({ type: 'rememberGeneration', generation: 'g1' })
  })

  test('[L14] a copy of another life is set aside before anything is sent', () => {
    const { state, effects } = play({ ...start, generation: 'g0' }, made(1), ...greeted)
    expect(effects.slice(-3)).toEqual([
      { type: 'disconnect' },
      { type: 'clearTimer' },
      {
        type: 'setCopyAside',
        code: 'OTHER_GENERATION',
        message: 'The document was replaced on the server. The copy on this device was set aside.',
      },
    ])
    expect(documentStateOf(state).status).toBe('unavailable')
  })

  test('[L14] a deleted document is set aside', () => {
    const { state, effects } = play(start, ...greeted, { ...events.socketClosed, closeCode: 4404 })
    expect(effects.at(-1)).toMatchObject({ type: 'setCopyAside', code: 'DELETED' })
    expect(documentStateOf(state)).toMatchObject({ status: 'unavailable' })
  })

  test.each([4400, 4401, 4403, 4413, 4426, 4499])(
    '[L15] close code %i stops for good, deletes nothing and says why',
    (closeCode) => {
      const { state, effects } = play(start, made(1), ...synced, { ...events.socketClosed, closeCode })
      expect(effects.at(-1)).toEqual({ type: 'clearTimer' })
      expect(documentStateOf(state)).toMatchObject({
        status: 'unavailable',
        hasUnstored: true,
        reason: expect.stringContaining('kept on this device'),
      })
    },
  )

  test.each([0, 1001, 1006, 1011, 1012, 1013, 4501, 4508, 4509, 4529])('[L16] close code %i is waited out', (closeCode) => {
    const { state } = play(start, ...synced, { ...events.socketClosed, closeCode })
    expect(state.connection.phase).toBe('waiting')
  })
})

describe('coming back', () => {
  const delays = (effects: readonly LinkEffect[]): number[] =>
    effects.flatMap((effect) => (effect.type === 'setTimer' ? [effect.delayMs] : []))
  const cut = (random: number, lastedMs = 10): LinkEvent => ({ type: 'socketClosed', closeCode: 1006, lastedMs, random })

  test('[L17] delays grow with full jitter up to 30 s', () => {
    let { state } = play(start, { type: 'wentOnline' }, { type: 'tokenFetched' })
    const drawn = Array.from({ length: 9 }, () => {
      const { state: waiting, effects } = play(state, cut(0.999))
      ;({ state } = play(waiting, { ...events.timerFired }, { type: 'tokenFetched' }))
      return delays(effects)[0]
    })
    expect(drawn).toEqual([499, 999, 1998, 3996, 7992, 15984, 29970, 29970, 29970])
    expect(delays(play(state, cut(0)).effects)).toEqual([0])
  })

  test('[L17] a connection that settled something starts over; one that only lived short does not; one that lasted does', () => {
    const tired: LinkState = { ...start, connection: { ...connections.connecting, attempt: 5 } }
    const hello = events.helloReceived
    expect(delays(play(tired, hello, cut(0.999)).effects).at(-1)).toBe(15984)
    expect(delays(play(tired, hello, made(1), sent('step2'), receipt(1), cut(0.999)).effects).at(-1)).toBe(499)
    expect(delays(play(tired, hello, sent('step2'), receipt(1), cut(0.999)).effects).at(-1)).toBe(15984)
    expect(delays(play(tired, hello, cut(0.999, 60_000)).effects).at(-1)).toBe(499)
  })

  test('[L18] a server that does not greet within 10 s is left', () => {
    const { effects } = play(start, { type: 'wentOnline' }, { type: 'tokenFetched' })
    expect(effects.at(-1)).toEqual({ type: 'setTimer', delayMs: 10_000 })
  })

  test('[L19] a live connection on which something is due and nothing moves for two minutes is left, unless bytes still leave', () => {
    const stalled = play(start, ...synced, receipt(1), made(1), sent('update'))
    expect(stalled.effects.at(-1)).toEqual({ type: 'setTimer', delayMs: 120_000 })
    expect(play(stalled.state, { ...events.timerFired, isSending: true }).state.connection.phase).toBe('live')
    expect(play(stalled.state, events.timerFired).state.connection.phase).toBe('waiting')
  })

  test('[L20] asked to sign in again, it fetches a token while connected and then changes connections', () => {
    const asked = play(start, ...synced, receipt(1), events.reauthenticateReceived)
    expect(asked.effects.at(-1)).toEqual({ type: 'fetchToken' })
    expect(documentStateOf(asked.state).status).toBe('stored')
    const changed = play(asked.state, { type: 'tokenFetched' })
    expect(changed.effects.map(({ type }) => type)).toEqual(['disconnect', 'connect', 'setTimer'])
    expect(play(asked.state, events.tokenFailed).state.connection.phase).toBe('live')
  })
})

describe('the status', () => {
  test('[L2] stored only with everything: connected, synced, step 2 accepted, nothing dirty, everything on the device', () => {
    const full = play(start, made(1, false), ...synced, receipt(1)).state
    expect(documentStateOf(full).status).toBe('saving')
    expect(documentStateOf(play(full, events.changesKept).state)).toEqual({
      status: 'stored',
      isOnDevice: true,
      hasUnstored: false,
      reason: undefined,
    })
    expect(documentStateOf(play(start, ...greeted, sent('step2'), receipt(1)).state).status).toBe('saving')
    expect(documentStateOf(play(start, ...synced).state).status).toBe('saving')
  })

  test('[L3] read-only when the server says so and the document has arrived', () => {
    const readers: readonly LinkEvent[] = [
      { type: 'wentOnline' },
      { type: 'tokenFetched' },
      { type: 'helloReceived', generation: 'g', access: 'read' },
    ]
    expect(documentStateOf(play(start, ...readers).state).status).toBe('saving')
    expect(documentStateOf(play(start, ...readers, { type: 'step2Applied' }).state).status).toBe('readOnly')
  })

  test('[L21] a device that cannot keep changes is never called safe, and says why', () => {
    const { state } = play(start, made(1, false), ...synced, events.changeNotKept, receipt(1))
    expect(documentStateOf(state)).toEqual({
      status: 'saving',
      isOnDevice: false,
      hasUnstored: false,
      reason: 'the device is full',
    })
  })

  test('[L1] a change out of order is a broken invariant', () => {
    expect(() => play(start, made(2))).toThrow('change 2 follows change 0')
  })
})
