import { useAttention, useSyncState } from '@rejoin/client/react'
import { useEffect, useReducer } from 'react'
import type { DemoClient } from '../demo-client.ts'
import { useRecords, useSyncEnabled } from '../stock/view/use-stock-data.ts'
import type { LessonStep } from './lesson-step.ts'
import { newStockLesson, nextStockLesson, stockSteps, type StockSeen } from './stock-lesson.ts'

/** Watches the stock room, and says how far the person is. */
export function useStockLesson(client: DemoClient): { steps: readonly LessonStep[]; restart: () => void } {
  const isSyncing = useSyncEnabled(client)
  const { status } = useSyncState()
  const { records: products } = useRecords('product')
  const { items } = useAttention()
  const [lesson, dispatch] = useReducer(
    (before: typeof newStockLesson, seen: StockSeen | 'restarted') =>
      seen === 'restarted' ? newStockLesson : nextStockLesson(before, seen),
    newStockLesson,
  )
  const isOnline = client.isOnline && status !== 'offline'
  useEffect(() => {
    const overruled = items.filter(({ kind, lostFields }) => kind === 'overruled' && lostFields.includes('priceCents'))
    dispatch({
      isSyncing,
      isOnline,
      isUpToDate: status === 'upToDate',
      products: products.map(({ id, priceCents, meta: { version, isPending } }) => ({ id, priceCents, version, isPending })),
      overruled: new Set(overruled.map(({ recordId }) => recordId)),
    })
  }, [isSyncing, isOnline, status, products, items])
  return { steps: stockSteps(lesson), restart: () => dispatch('restarted') }
}
