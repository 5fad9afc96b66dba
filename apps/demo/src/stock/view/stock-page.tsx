import { useEffect } from 'react'
import { SyncBar } from '../../chrome/sync-bar.tsx'
import type { DemoClient } from '../../demo-client.ts'
import { readLastRoomHash } from '../../room/use-place.ts'
import { exposeToTests } from '../../test-hook.ts'
import { StockTry } from '../../try-it/stock-try.tsx'
import { useTryShown } from '../../try-it/try-open.ts'
import { StockRoom } from './stock-room.tsx'

/** The stock room with its bar. */
export function StockPage({ client }: { client: DemoClient }) {
  useEffect(() => exposeToTests({ client, room: undefined, document: undefined }), [client])
  return (
    <>
      <SyncBar place="stock" switchable={client} roomHash={readLastRoomHash()} />
      <StockRoom />
      {useTryShown() ? <StockTry client={client} /> : undefined}
    </>
  )
}
