import { useEffect } from 'react'
import { SyncBar } from '../chrome/sync-bar.tsx'
import type { DemoClient } from '../demo-client.ts'
import { readLastRoomHash } from '../room/use-place.ts'
import { exposeToTests } from '../test-hook.ts'
import { SyncPanel } from './sync-panel.tsx'

/** The sync panel with its bar. */
export function SyncPage({ client }: { client: DemoClient }) {
  useEffect(() => exposeToTests({ client, room: undefined, document: undefined }), [client])
  return (
    <>
      <SyncBar place="sync" switchable={client} roomHash={readLastRoomHash()} />
      <SyncPanel />
    </>
  )
}
