import { takeBackgroundSyncNotice } from '@rejoin/client/service-worker'
import { useEffect } from 'react'
import type { DemoClient } from '../demo-client.ts'
import type { Flash } from '../stock/view/stock-context.ts'

const say = (message: string): Flash => ({ message, isProblem: false })

/** Once on a device: that this browser delivers nothing while the page is closed. Quiet: it asks for nothing. */
export function useBackgroundSyncNotice(client: DemoClient, onFlash: (flash: Flash) => void): void {
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
