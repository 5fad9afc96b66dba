import { useSyncState } from '@rejoin/client/react'
import { useEffect } from 'react'
import type { DemoClient } from '../../demo-client.ts'
import { readLastRoomHash } from '../../room/use-place.ts'
import { exposeToTests } from '../../test-hook.ts'
import { StockBar } from './stock-bar.tsx'
import { StockRoom } from './stock-room.tsx'
import { useSyncEnabled } from './use-stock-data.ts'

/** The stock room with its bar. */
export function StockPage({ client }: { client: DemoClient }) {
  const state = useSyncState()
  const isEnabled = useSyncEnabled(client)
  useEffect(() => exposeToTests({ client, room: undefined, document: undefined }), [client])
  return (
    <>
      <StockBar switchable={client} state={state} isEnabled={isEnabled} roomHash={readLastRoomHash()} />
      <StockRoom />
    </>
  )
}
