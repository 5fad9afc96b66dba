import { takeBackgroundSyncNotice } from '@rejoin/client/service-worker'
import { useEffect } from 'react'
import type { DemoClient } from '../demo-client.ts'
import type { Flash } from '../stock/view/stock-context.ts'

const say = (message: string): Flash => ({ message, isProblem: false })

/** What was delivered while the page was closed; or, once on a device, that this browser does no such thing. Quiet: neither asks for anything. */
export function useDeliveryNotices(client: DemoClient, onFlash: (flash: Flash) => void): void {
  useEffect(() => {
    client.sync.takeBackgroundRun().then(
      (run) => run?.isComplete && onFlash(say('Your changes have been synced!')),
      // The database cannot be opened, which is told already.
      () => undefined,
    )
  }, [client, onFlash])
  useEffect(() => {
    const look = (): void => {
      // Who syncs nothing need not know how.
      const notice = client.sync.isEnabled ? takeBackgroundSyncNotice() : undefined
      if (notice !== undefined) onFlash(say(notice))
    }
    look()
    return client.sync.subscribe(look)
  }, [client, onFlash])
}
