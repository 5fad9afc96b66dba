import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Ordered, OrderMove } from './order.ts'
import { compareOrder, orderOnTop, reorder } from './order.ts'

const moves = fc.constantFrom<OrderMove>('forward', 'backward', 'front', 'back')
const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 })

function apply(elements: readonly Ordered[], orders: ReadonlyMap<string, number>): Ordered[] {
  return elements.map(({ id, order }) => ({ id, order: orders.get(id) ?? order })).sort(compareOrder)
}

/** The same move on a plain list: each chosen element swaps once with an unchosen neighbour. */
function expected(list: readonly string[], chosen: ReadonlySet<string>, move: OrderMove): string[] {
  const [moved, kept] = [list.filter((id) => chosen.has(id)), list.filter((id) => !chosen.has(id))]
  if (move === 'front') return [...kept, ...moved]
  if (move === 'back') return [...moved, ...kept]
  const step = move === 'forward' ? -1 : 1
  const result = [...list]
  for (let index = step > 0 ? 1 : list.length - 2; index >= 0 && index < list.length; index += step) {
    const [here, next] = [result[index], result[index - step]]
    if (here !== undefined && next !== undefined && chosen.has(here) && !chosen.has(next))
      [result[index], result[index - step]] = [next, here]
  }
  return result
}

test('[CV5] any sequence of moves arranges the elements as it would arrange a list', () => {
  const step = fc.tuple(fc.func(fc.boolean()), moves)
  fc.assert(
    fc.property(
      ids,
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 12 }),
      fc.array(step, { maxLength: 60 }),
      (names, orders, steps) => {
        // Few distinct orders, so that ties are common.
        let elements: Ordered[] = names.map((id, index) => ({ id, order: orders[index] ?? 0 })).sort(compareOrder)
        for (const [isChosen, move] of steps) {
          const chosen = new Set(elements.map(({ id }) => id).filter((id) => isChosen(id)))
          const list = expected(
            elements.map(({ id }) => id),
            chosen,
            move,
          )
          elements = apply(elements, reorder(elements, chosen, move))
          expect(elements.map(({ id }) => id)).toEqual(list)
        }
      },
    ),
    { numRuns: 150 },
  )
})

test('[CV5] a move writes the chosen elements only', () => {
  const elements = ['a', 'b', 'c', 'd'].map((id, index) => ({ id, order: index + 1 }))
  expect(reorder(elements, new Set(['a']), 'forward')).toEqual(new Map([['a', 2.5]]))
  expect(reorder(elements, new Set(['a', 'b']), 'front')).toEqual(
    new Map([
      ['a', 5],
      ['b', 6],
    ]),
  )
  expect(reorder(elements, new Set(['c', 'd']), 'back')).toEqual(
    new Map([
      ['c', -1],
      ['d', 0],
    ]),
  )
  expect(reorder(elements, new Set(['d']), 'front')).toEqual(new Map())
})

test('[CV5] two neighbours swapped for ever never run out of numbers', () => {
  let elements: Ordered[] = ['a', 'b', 'c'].map((id, index) => ({ id, order: index + 1 }))
  for (let round = 0; round < 500; round++) {
    const lowest = elements[0]?.id ?? ''
    const above = elements[1]?.id
    elements = apply(elements, reorder(elements, new Set([lowest]), 'forward'))
    expect(elements.map(({ id }) => id)).toEqual([above, lowest, elements[2]?.id])
  }
})

test('[CV5] a new element goes on top', () => {
  expect(orderOnTop([])).toBe(1)
  expect(
    orderOnTop([
      { id: 'a', order: 2.5 },
      { id: 'b', order: -7 },
    ]),
  ).toBe(3)
})
