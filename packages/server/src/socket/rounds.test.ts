import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Rounds } from './rounds.ts'

const calls = 10

/** What each call of a round took; after each of them some leave. */
function roundOf(rounds: Rounds<number>, leave: (call: number) => void = () => undefined): number[][] {
  return Array.from({ length: calls }, (_, call) => {
    const share = rounds.next()
    leave(call)
    return share
  })
}

test('everybody has one turn in a round, whoever leaves meanwhile', () => {
  const leavers = fc.array(fc.record({ call: fc.nat(calls - 1), item: fc.nat(199) }))
  fc.assert(
    fc.property(fc.nat(200), leavers, (size, leaving) => {
      const items = new Set(Array.from({ length: size }, (_, item) => item))
      const rounds = new Rounds(items, calls)
      for (const _round of ['first', 'second']) {
        const taken = roundOf(rounds, (call) => {
          for (const leaver of leaving) if (leaver.call === call) items.delete(leaver.item)
        }).flat()
        expect(new Set(taken).size).toBe(taken.length)
        expect([...items].filter((item) => !taken.includes(item))).toEqual([])
      }
    }),
  )
})

test('no call takes more than its share', () => {
  fc.assert(
    fc.property(fc.nat(200), (size) => {
      const rounds = new Rounds(new Set(Array.from({ length: size }, (_, item) => item)), calls)
      const shares = [...roundOf(rounds), ...roundOf(rounds)].map(({ length }) => length)
      expect(Math.max(...shares)).toBe(Math.ceil(size / calls))
    }),
  )
})

test('who comes during a round has a turn by the end of the next', () => {
  const items = new Set(['a', 'b'])
  const rounds = new Rounds(items, 2)
  rounds.next()
  items.add('c')
  const taken = [...rounds.next(), ...rounds.next(), ...rounds.next()]
  expect(taken).toContain('c')
})
