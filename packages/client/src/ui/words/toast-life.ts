import type { SyncState } from '../../sync/sync-state.ts'
import { syncingWords, type RunProgress } from './progress-words.ts'

/** What the corner says of syncing as such; at most one at a time. */
export type SyncToast =
  | { readonly type: 'savedOffline' }
  /** Stays until it is replaced or taken back. No numbers where they would be another run's: a denominator never jumps. */
  | { readonly type: 'syncing'; readonly progress: RunProgress | undefined }
  | { readonly type: 'synced' }

/** What has to be remembered between two looks at the state. */
export interface ToastMemory {
  readonly toast: SyncToast | undefined
  /** Nothing is known of the device yet. */
  readonly isFresh: boolean
  /** Changes were kept while no server was in reach, and the person is owed the news of what became of them. */
  readonly isOwed: boolean
  /** "Saved offline" was said in this spell. */
  readonly isTold: boolean
  /** Matters that waited for the person when the debt began: of one with more of them at the end nothing good is said. */
  readonly attentionBefore: number
}

export const freshToasts: ToastMemory = { toast: undefined, isFresh: true, isOwed: false, isTold: false, attentionBefore: 0 }

/**
 * The life cycle of what is told: kept offline (once a spell), under way, arrived. What is typed while the server is there is not told here: the
 * status says it, and a toast for every keystroke would be a nuisance.
 */
export function followSync(before: ToastMemory, state: SyncState): ToastMemory {
  const memory = before.isFresh ? begin(before, state) : before
  switch (state.status) {
    case 'paused':
      return { ...quiet(memory), isOwed: false, isTold: false }
    case 'offline':
      return goOffline(memory, state)
    case 'syncing':
      return goOn(memory, state)
    case 'error':
      // What is left waits for the person, who is told of each by name.
      return { ...quiet(memory), isOwed: memory.isOwed && state.pending > 0 }
    case 'upToDate':
      return arrive(memory, state)
  }
}

/** What waited when the page was opened was kept while nobody was there. */
function begin(memory: ToastMemory, state: SyncState): ToastMemory {
  const isUnknown = state.status === 'syncing' && state.pending === 0 && state.total === 0
  return { ...memory, isFresh: isUnknown, isOwed: !isUnknown && state.pending > 0, attentionBefore: state.attention }
}

function quiet(memory: ToastMemory): ToastMemory {
  return memory.toast?.type === 'syncing' ? { ...memory, toast: undefined } : memory
}

function goOffline(memory: ToastMemory, { pending, attention }: SyncState): ToastMemory {
  const still = quiet(memory)
  if (pending === 0) return { ...still, isOwed: false }
  const attentionBefore = memory.isOwed ? memory.attentionBefore : attention
  const owed = { ...still, isOwed: true, attentionBefore }
  return memory.isTold ? owed : { ...owed, isTold: true, toast: { type: 'savedOffline' } }
}

function goOn(memory: ToastMemory, state: SyncState): ToastMemory {
  if (!memory.isOwed) return memory
  const shown = memory.toast?.type === 'syncing' ? memory.toast.progress : undefined
  const isShown = memory.toast?.type === 'syncing'
  if (state.total === 0) {
    // All is settled, and the server is asked for the rest.
    return isShown && shown !== undefined ? withProgress(memory, { current: shown.total, total: shown.total }) : memory
  }
  const progress = { current: state.current, total: state.total }
  const isTold = memory.isTold && state.current === 0
  const isSameRun = !isShown || (shown !== undefined && shown.total === progress.total && shown.current <= progress.current)
  return withProgress({ ...memory, isTold }, isSameRun ? progress : undefined)
}

/** The same toast while it says the same. */
function withProgress(memory: ToastMemory, progress: RunProgress | undefined): ToastMemory {
  const { toast } = memory
  const isSame =
    toast?.type === 'syncing' && toast.progress?.current === progress?.current && toast.progress?.total === progress?.total
  return isSame ? memory : { ...memory, toast: { type: 'syncing', progress } }
}

function arrive(memory: ToastMemory, { pending, failed, attention }: SyncState): ToastMemory {
  const isSettled = pending === 0 && failed === 0
  const rested = { ...quiet(memory), isOwed: false, isTold: false }
  return memory.isOwed && isSettled && attention <= memory.attentionBefore ? { ...rested, toast: { type: 'synced' } } : rested
}

/** The words of DESIGN, to the letter. */
export function toastWords(toast: SyncToast): string {
  switch (toast.type) {
    case 'savedOffline':
      return 'Saved offline. Will sync when online.'
    case 'syncing':
      return syncingWords(toast.progress)
    case 'synced':
      return 'Your changes have been synced!'
  }
}
