import type { JsonValue, SceneOperation, SceneStrategy } from '@rejoin/core'
import fc from 'fast-check'
import { element, operationId } from './scene-world.ts'

/** Before the worlds' clocks, which begin at 1,000,000: a batch that is sent again later meets the same present. */
const time = fc.integer({ min: 900_000, max: 900_020 })
const id = fc.constantFrom('a', 'b', 'c', 'd')
const client = fc.constantFrom('tablet', 'laptop')
const field = fc.constantFrom('x', 'label', 'points')
const value = fc.constantFrom<JsonValue>(1, 2, 3, null, [1, 2], [3])

type Draft =
  | { readonly type: 'AddElement'; readonly id: string; readonly x: number }
  | {
      readonly type: 'UpdateElement'
      readonly id: string
      readonly field: string
      readonly value: JsonValue
      readonly base: number | undefined
    }
  | { readonly type: 'RemoveElement'; readonly id: string }
  | { readonly type: 'Interaction' }

const draft: fc.Arbitrary<Draft> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('AddElement' as const), id, x: fc.integer({ min: 0, max: 9 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('UpdateElement' as const),
      id,
      field,
      value,
      base: fc.option(time, { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('RemoveElement' as const), id }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('Interaction' as const) }) },
)

const drafted = fc.record({ draft, clientId: client, timestamp: time })

/** Operations of two clients on four elements, in no order of time; their ids count from `firstId`. */
export function operations(
  firstId: number,
  sizes: { readonly minLength?: number; readonly maxLength: number },
): fc.Arbitrary<SceneOperation[]> {
  return fc
    .array(drafted, sizes)
    .map((list) =>
      list.map(({ draft: made, ...by }, index) => operationOf(made, { operationId: operationId(firstId + index), ...by })),
    )
}

export const strategy: fc.Arbitrary<SceneStrategy> = fc.constantFrom('lastWriteWins', 'localWins', 'remoteWins')

function operationOf(made: Draft, common: Pick<SceneOperation, 'operationId' | 'clientId' | 'timestamp'>): SceneOperation {
  switch (made.type) {
    case 'AddElement':
      return { type: made.type, ...common, element: element(made.id, { x: made.x }) }
    case 'UpdateElement': {
      // The three coordinates of an element are numbers; a removal of one would be refused.
      const written = made.field === 'x' && typeof made.value !== 'number' ? 5 : made.value
      const base = made.base === undefined ? {} : { baseUpdatedAt: made.base }
      return { type: made.type, ...common, id: made.id, changes: Object.fromEntries([[made.field, written]]), ...base }
    }
    case 'RemoveElement':
      return { type: made.type, ...common, id: made.id }
    case 'Interaction':
      return { type: made.type, ...common, kind: 'pointed', at: { x: 0, y: 0 } }
  }
}
