import { createRejoinHooks } from '@rejoin/client/react'
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import type { schema } from '../../schema.ts'
import type { StockClient } from '../model/stock-records.ts'

export const { useRecords } = createRejoinHooks<typeof schema>()

/** Deleted ones too: what happened to them is still told, and they can be brought back. */
export const withDeleted = { includeDeleted: true } as const

/** Whether the person agreed that records leave this device. */
export function useSyncEnabled({ sync }: Pick<StockClient, 'sync'>): boolean {
  const subscribe = useCallback((listener: () => void) => sync.subscribe(listener), [sync])
  return useSyncExternalStore(subscribe, () => sync.isEnabled)
}

/** What records are called, by `entity/id`. */
export function useKnownNames(): ReadonlyMap<string, string> {
  const { records: products } = useRecords('product', withDeleted)
  const { records: recipes } = useRecords('recipe', withDeleted)
  return useMemo(
    () =>
      new Map([
        ...products.map(({ id, name }) => [`product/${id}`, name] as const),
        ...recipes.map(({ id, title }) => [`recipe/${id}`, title] as const),
      ]),
    [products, recipes],
  )
}
