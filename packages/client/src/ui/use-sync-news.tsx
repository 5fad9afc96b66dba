import { useEffect, useReducer, useRef } from 'react'
import { toast } from 'sonner'
import { useRecordsClient } from '../react/use-records-client.ts'
import { useSyncState } from '../react/use-sync-state.ts'
import type { IconName } from './icon.tsx'
import { playSound } from './play-sound.ts'
import { syncToasterId } from './sync-toaster-id.ts'
import { ToastCard } from './toast-card.tsx'
import type { StatusTone } from './words/sync-words.ts'
import { followSync, freshToasts, toastWords, type SyncToast } from './words/toast-life.ts'

const goodNewsMs = 3_000
const savedOfflineMs = 5_000
/** What is over before is not worth a word. */
const syncingDelayMs = 400

const looks: Readonly<
  Record<SyncToast['type'], { readonly icon: IconName; readonly tone: StatusTone; readonly durationMs: number }>
> = {
  savedOffline: { icon: 'offline', tone: 'calm', durationMs: savedOfflineMs },
  syncing: { icon: 'saving', tone: 'busy', durationMs: Infinity },
  synced: { icon: 'check', tone: 'good', durationMs: goodNewsMs },
}

/** Shows a toast of syncing, or changes its words. */
function showSyncToast(shown: SyncToast, id: string): void {
  const { icon, tone, durationMs } = looks[shown.type]
  const card = <ToastCard icon={icon} tone={tone} title={toastWords(shown)} testId="sync-toast" kind={shown.type} />
  toast.custom(() => card, { id, toasterId: syncToasterId, duration: durationMs })
}

/** What a service worker delivered while no page was open, told once. */
function useDeliveryNews(): void {
  const { sync } = useRecordsClient()
  const asked = useRef<object>(undefined)
  useEffect(() => {
    // The word is given once: an effect that runs twice must not lose it.
    if (asked.current === sync) return
    asked.current = sync
    sync.takeBackgroundRun().then(
      (run) => {
        if (run?.isComplete === true) showSyncToast({ type: 'synced' }, 'rejoin-delivered')
      },
      // The database cannot be opened, which the client tells by itself.
      () => undefined,
    )
  }, [sync])
}

/** Tells of syncing as such: kept offline, under way, arrived. */
export function useSyncNews(isSoundOn: boolean): void {
  useDeliveryNews()
  const state = useSyncState()
  const [{ toast: news }, follow] = useReducer(followSync, freshToasts)
  useEffect(() => follow(state), [state])
  // Each kind has an id of its own: one that is on its way out takes no new words.
  const last = useRef<{ readonly id: string; readonly type: SyncToast['type'] }>(undefined)
  const count = useRef(0)
  useEffect(() => {
    const show = (next: SyncToast): void => {
      if (last.current?.type !== next.type) {
        if (last.current !== undefined) toast.dismiss(last.current.id)
        last.current = { id: `rejoin-sync-${++count.current}`, type: next.type }
        if (isSoundOn && next.type === 'synced') playSound('good')
      }
      showSyncToast(next, last.current.id)
    }
    if (news === undefined) {
      if (last.current !== undefined) toast.dismiss(last.current.id)
      last.current = undefined
      return undefined
    }
    const isEarly = news.type === 'syncing' && news.progress?.current === 0 && last.current?.type !== 'syncing'
    const timer = setTimeout(() => show(news), isEarly ? syncingDelayMs : 0)
    return () => clearTimeout(timer)
  }, [news, isSoundOn])
}
