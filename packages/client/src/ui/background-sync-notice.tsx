import { useState, type ReactElement } from 'react'
import { supportOf, type BackgroundSyncSupport } from '../service-worker/detect-background-sync.ts'
import { openOnlySentence } from '../service-worker/open-only-notice.ts'
import { useRecordsClient } from '../react/use-records-client.ts'
import { Icon } from './icon.tsx'
import { Problem } from './problem.tsx'
import { useAttempt } from './use-attempt.ts'

export interface BackgroundSyncNoticeProps {
  /** Default: what this browser can do. */
  readonly support?: Pick<BackgroundSyncSupport, 'backgroundSync'>
  readonly className?: string
}

/** For browsers that deliver nothing once the app is closed: says so, quietly, beside the button that helps. Nothing in all others. */
export function BackgroundSyncNotice({ support, className = '' }: BackgroundSyncNoticeProps): ReactElement | undefined {
  const { sync } = useRecordsClient()
  const { problem, attempt } = useAttempt()
  const [isRunning, setRunning] = useState(false)
  const [own] = useState(() => supportOf(globalThis))
  if ((support ?? own).backgroundSync) return undefined
  const run = async (): Promise<void> => {
    setRunning(true)
    await attempt(sync.syncNow())
    setRunning(false)
  }
  return (
    <div className={`rejoin-notice ${className}`} data-testid="background-sync-notice">
      <Icon name="device" />
      <div>
        {openOnlySentence}
        <Problem problem={problem} />
      </div>
      <button type="button" className="rejoin-button" disabled={isRunning} onClick={() => void run()}>
        Sync now
      </button>
    </div>
  )
}
