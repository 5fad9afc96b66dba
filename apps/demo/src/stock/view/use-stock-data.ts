import type { AttentionItem, LiveQuery, OutboxEntry, SyncState } from '@rejoin/client'
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { Movement, Product, Recipe, StockClient } from '../model/stock-records.ts'

function useLive<Result>(live: LiveQuery<Result>): Result | undefined {
  const [result, setResult] = useState<Result>()
  useEffect(() => live.subscribe(setResult), [live])
  return result
}

export function useProducts({ records }: StockClient): readonly Product[] | undefined {
  return useLive(useMemo(() => records.product.liveQuery({ includeDeleted: true }), [records]))
}

export function useMovements({ records }: StockClient): readonly Movement[] | undefined {
  return useLive(useMemo(() => records.stockMovement.liveQuery(), [records]))
}

export function useRecipes({ records }: StockClient): readonly Recipe[] | undefined {
  return useLive(useMemo(() => records.recipe.liveQuery({ includeDeleted: true }), [records]))
}

export function useOutboxEntries({ outbox }: StockClient): readonly OutboxEntry[] {
  const [entries, setEntries] = useState<readonly OutboxEntry[]>([])
  useEffect(() => outbox.subscribe(setEntries), [outbox])
  return entries
}

export function useAttentionItems({ attention }: StockClient): readonly AttentionItem[] {
  const [items, setItems] = useState<readonly AttentionItem[]>([])
  useEffect(() => attention.subscribe(setItems), [attention])
  return items
}

export function useSync({ sync }: StockClient): { readonly state: SyncState; readonly isEnabled: boolean } {
  const subscribe = useCallback((listener: () => void) => sync.subscribe(listener), [sync])
  const state = useSyncExternalStore(subscribe, () => sync.state)
  const isEnabled = useSyncExternalStore(subscribe, () => sync.isEnabled)
  return { state, isEnabled }
}

/** By `entity/id`, deleted records too: what happened to them is still told. */
export function useKnownNames(client: StockClient): ReadonlyMap<string, string> {
  const products = useProducts(client)
  const recipes = useRecipes(client)
  return useMemo(
    () =>
      new Map([
        ...(products ?? []).map(({ id, name }) => [`product/${id}`, name] as const),
        ...(recipes ?? []).map(({ id, title }) => [`recipe/${id}`, title] as const),
      ]),
    [products, recipes],
  )
}
