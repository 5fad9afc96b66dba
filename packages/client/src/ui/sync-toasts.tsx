import { useEffect, useRef, type ReactElement } from 'react'
import { toast, Toaster, type ToasterProps } from 'sonner'
import { useAttention } from '../react/use-outbox.ts'
import { AttentionToast } from './attention-toast.tsx'
import { playSound } from './play-sound.ts'
import { useRecordWords } from './record-words-context.tsx'
import { useSoundPreference } from './sound-preference.ts'
import { syncToasterId } from './sync-toaster-id.ts'
import { ToastCard } from './toast-card.tsx'
import { useSyncNews } from './use-sync-news.tsx'
import { chooseNotices } from './words/attention-notices.ts'

export interface SyncToastsProps extends Pick<ToasterProps, 'position' | 'offset' | 'mobileOffset'> {
  /** Where the person can look at what needs them; without it the button for that is left out. */
  readonly onReview?: () => void
}

const moreToastId = 'rejoin-more'
/** More would be a wall; the inbox has them all. */
const noticesMax = 3

/** Tells of what needs the person: each by name, until they say something. */
function useAttentionNews(isSoundOn: boolean, onReview: (() => void) | undefined): void {
  const { items, attention } = useAttention()
  const words = useRecordWords()
  const shownIds = useRef<ReadonlySet<number>>(new Set())
  useEffect(() => {
    const { shown, moreCount } = chooseNotices(items, noticesMax)
    for (const item of shown) {
      toast.custom(() => <AttentionToast item={item} attention={attention} words={words} onReview={onReview} />, {
        id: idOf(item.id),
        toasterId: syncToasterId,
        duration: Infinity,
        // Whoever means it presses a button; a slip of the finger tells nothing.
        dismissible: false,
      })
    }
    const ids = new Set(shown.map(({ id }) => id))
    for (const id of shownIds.current) if (!ids.has(id)) toast.dismiss(idOf(id))
    if (isSoundOn && [...ids].some((id) => !shownIds.current.has(id))) playSound('bad')
    shownIds.current = ids
    tellMore(moreCount, onReview)
  }, [items, attention, words, onReview, isSoundOn])
}

const idOf = (id: number): string => `rejoin-attention-${id}`

function tellMore(count: number, onReview: (() => void) | undefined): void {
  if (count === 0) {
    toast.dismiss(moreToastId)
    return
  }
  const card = (): ReactElement => (
    <ToastCard icon="alert" tone="calm" title={`${count} more need you`} testId="more-toast">
      {onReview === undefined ? undefined : (
        <div className="rejoin-actions">
          <button type="button" className="rejoin-button" onClick={onReview}>
            Show all
          </button>
        </div>
      )}
    </ToastCard>
  )
  toast.custom(card, { id: moreToastId, toasterId: syncToasterId, duration: Infinity, dismissible: false })
}

/** Toasts of syncing, in a corner of their own and never in the way. Once a page. */
export function SyncToasts({ onReview, ...place }: SyncToastsProps): ReactElement {
  const [isSoundOn] = useSoundPreference()
  useSyncNews(isSoundOn)
  useAttentionNews(isSoundOn, onReview)
  return (
    <Toaster
      id={syncToasterId}
      className="rejoin-toaster"
      theme="system"
      position="bottom-right"
      visibleToasts={noticesMax + 2}
      expand
      toastOptions={{ unstyled: true }}
      {...place}
    />
  )
}
