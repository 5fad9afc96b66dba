import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { detectConflict, remoteTimeOf, type StoredElementTimes } from './detect-conflict.ts'
import { resolveConflict, sceneStrategies } from './resolve-conflict.ts'
import { sceneStrategySchema } from './scene-conflict.ts'
import type { ElementOperation } from './scene-operation.ts'

const common = { operationId: '0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b', clientId: 'tablet', timestamp: 1_000 }
const update: ElementOperation = { type: 'UpdateElement', ...common, id: 'a', changes: { x: 5 } }
const remove: ElementOperation = { type: 'RemoveElement', ...common, id: 'a' }
const add: ElementOperation = {
  type: 'AddElement',
  ...common,
  element: { id: 'a', kind: 'rectangle', x: 1, y: 2, width: 3, height: 4, updatedAt: 1_000 },
}
const stored: StoredElementTimes = { updatedAt: 900, updatedBy: 'laptop', committedAt: 950 }

describe('reasons', () => {
  test('[CE4] ElementNotFound: to be updated or removed, and not there', () => {
    expect([update, remove, add].map((operation) => detectConflict(operation, undefined))).toEqual([
      { type: 'ElementNotFound' },
      { type: 'ElementNotFound' },
      undefined,
    ])
  })

  test('[CE4] ElementAlreadyExists: to be added, and there', () => {
    expect(detectConflict(add, stored)).toEqual({ type: 'ElementAlreadyExists' })
  })

  test('[CE4] StaleTimestamp: earlier than the element', () => {
    const late = { ...update, timestamp: 899 }
    expect(detectConflict(late, stored)).toEqual({ type: 'StaleTimestamp', local: 899, remote: 900 })
    expect(detectConflict({ ...remove, timestamp: 899 }, stored)).toEqual({ type: 'StaleTimestamp', local: 899, remote: 900 })
    expect(detectConflict(update, stored)).toBeUndefined()
  })

  test('[CE4] ConcurrentModification: another base, or the same time by another client', () => {
    const concurrent = { type: 'ConcurrentModification' }
    expect(detectConflict({ ...update, baseUpdatedAt: 800 }, stored)).toEqual(concurrent)
    expect(detectConflict({ ...update, timestamp: 900 }, stored)).toEqual(concurrent)
    expect(detectConflict({ ...update, timestamp: 900, clientId: 'laptop' }, stored)).toBeUndefined()
    expect(detectConflict({ ...update, timestamp: 900 }, { ...stored, updatedBy: undefined })).toEqual(concurrent)
  })

  test('[CE5] an element counts as no later than the server stored it: a clock ten years ahead locks nobody out', () => {
    const ahead = { updatedAt: 1e12, updatedBy: 'laptop', committedAt: 950 }
    expect([remoteTimeOf(ahead), detectConflict(update, ahead)]).toEqual([950, undefined])
    expect(detectConflict({ ...update, timestamp: 949 }, ahead)).toEqual({ type: 'StaleTimestamp', local: 949, remote: 950 })
    expect(remoteTimeOf({ ...ahead, updatedAt: undefined })).toBe(950)
  })

  test('[CE5] who saw the element as it is meets no conflict, whatever their clock says', () => {
    expect(detectConflict({ ...update, timestamp: 1, baseUpdatedAt: 900 }, stored)).toBeUndefined()
  })
})

describe('strategies', () => {
  test('[CE6] last write wins: the later, of equal ones the greater client', () => {
    const decide = (timestamp: number, clientId = 'tablet') =>
      resolveConflict({ ...update, timestamp, clientId }, stored, 'lastWriteWins').decision
    expect([decide(899), decide(901), decide(900, 'tablet'), decide(900, 'kiosk')]).toEqual([
      'remote',
      'local',
      'local',
      'remote',
    ])
  })

  test('[CE6] last write wins: what was removed stays removed', () => {
    expect(resolveConflict(update, undefined, 'lastWriteWins')).toEqual({ decision: 'remote', resolved: true })
  })

  test('[CE6] local wins takes the operation, remote wins leaves the element', () => {
    for (const operation of [add, update, remove]) {
      expect(resolveConflict({ ...operation, timestamp: 1 }, stored, 'localWins')).toEqual({ decision: 'local', resolved: true })
      expect(resolveConflict(operation, stored, 'remoteWins')).toEqual({ decision: 'remote', resolved: true })
    }
  })

  test('[CE6] local wins cannot make an element out of half of one: that stays for a person', () => {
    expect(resolveConflict(update, undefined, 'localWins')).toEqual({ decision: 'remote', resolved: false })
    const whole: ElementOperation = { ...update, changes: { kind: 'note', x: 1, y: 2, width: 3, height: 4, label: null } }
    expect(resolveConflict(whole, undefined, 'localWins')).toEqual({ decision: 'local', resolved: true })
    expect(resolveConflict(remove, undefined, 'localWins')).toEqual({ decision: 'local', resolved: true })
  })

  const time = fc.integer({ min: 0, max: 5 })
  const client = fc.constantFrom('kiosk', 'laptop', 'tablet')
  const times = fc.record({
    updatedAt: fc.option(time, { nil: undefined }),
    updatedBy: fc.option(client, { nil: undefined }),
    committedAt: time,
  })
  const operation = fc
    .record({ base: fc.constantFrom<ElementOperation>(add, update, remove), timestamp: time, clientId: client })
    .map(({ base, ...rest }) => ({ ...base, ...rest }))

  test('[CE7] every conflict has one decision, always the same, and nothing that was given is changed', () => {
    fc.assert(
      fc.property(
        operation,
        fc.option(times, { nil: undefined }),
        fc.constantFrom(...sceneStrategySchema.options),
        (...given) => {
          const before = structuredClone(given)
          const [local, remote, strategy] = given
          const first = [detectConflict(local, remote), resolveConflict(local, remote, strategy)]
          expect([detectConflict(local, remote), resolveConflict(local, remote, strategy)]).toEqual(first)
          expect(given).toEqual(before)
        },
      ),
    )
  })

  test('[CE7] of two clients that write an element at any times, the same one wins, whoever arrives first', () => {
    fc.assert(
      fc.property(time, time, client, client, (one, other, oneClient, otherClient) => {
        fc.pre(one !== other || oneClient !== otherClient)
        const wins = (timestamp: number, clientId: string, over: { timestamp: number; clientId: string }) =>
          sceneStrategies.lastWriteWins(
            { ...update, timestamp, clientId },
            { updatedAt: over.timestamp, updatedBy: over.clientId, committedAt: 10 },
          ) === 'local'
        const oneWins = wins(one, oneClient, { timestamp: other, clientId: otherClient })
        expect(wins(other, otherClient, { timestamp: one, clientId: oneClient })).toBe(!oneWins)
      }),
    )
  })
})
