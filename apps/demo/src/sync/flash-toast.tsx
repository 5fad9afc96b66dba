import { syncToasterId, ToastCard } from '@rejoin/client/ui'
import { toast } from 'sonner'
import type { Flash } from '../stock/view/stock-context.ts'

/** How long a person may take back what they just did, before the notice goes. The list of deleted products stays. */
const flashMs = 12_000
const flashId = 'flash'

function FlashCard({ id, flash: { message, isProblem, undo, action = 'Undo' } }: { id: number | string; flash: Flash }) {
  const close = () => void toast.dismiss(id)
  const takeBack = () => {
    close()
    if (undo) undo().catch((reason: unknown) => showFlash({ message: String(reason), isProblem: true }))
  }
  return (
    <ToastCard
      icon={isProblem ? 'alert' : 'check'}
      tone={isProblem ? 'warn' : 'good'}
      title={message}
      testId={isProblem ? 'record-problem' : 'flash'}
    >
      <div className="rejoin-actions">
        {undo ? (
          <button type="button" className="rejoin-button" data-testid="flash-undo" onClick={takeBack}>
            {action}
          </button>
        ) : undefined}
        <button type="button" className="rejoin-button" onClick={close}>
          Dismiss
        </button>
      </div>
    </ToastCard>
  )
}

/**
 * Tells what the person just did and may take back, or what went wrong with it; the latest only. What went wrong and offers a way out stays
 * until the person has decided: it may be all that is left of their work.
 */
export function showFlash(flash: Flash): void {
  toast.custom((id) => <FlashCard id={id} flash={flash} />, {
    ...(flash.isProblem && flash.undo ? {} : { id: flashId }),
    toasterId: syncToasterId,
    duration: flash.isProblem ? Infinity : flashMs,
  })
}
