import type { ConditionsSource, Hold } from '../sync/sync-conditions.ts'

/** Documents that nobody has open wait as a change of the level `NORMAL` does. The shape is what the background upload asks for. */
export function documentHold(conditions: ConditionsSource): {
  current(): Pick<Hold, 'code' | 'reason'> | undefined
  subscribe(listener: () => void): () => void
  readonly ready: Promise<void>
} {
  return {
    current: () => {
      const { hold } = conditions.current()
      return hold === undefined || hold.below === 'NORMAL' ? undefined : { code: hold.code, reason: hold.reason }
    },
    subscribe: (listener) => conditions.subscribe(listener),
    ready: conditions.ready,
  }
}
