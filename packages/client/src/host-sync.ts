import './zod-without-eval.ts'
import type { Schema } from '@rejoin/core'
import { expose } from 'comlink'
import { WorkerEngine } from './engine-worker/worker-engine.ts'
import { openHostChannel, openHostDatabase, openHostRegistry } from './host/host-databases.ts'
import { hostLocks } from './host/host-locks.ts'
import { hostTime, idRandom } from './host/host-time.ts'
import { createHostReplayer, createHostTransport } from './host/host-transport.ts'
import { yieldToHost } from './host/host-yield.ts'
import './zod-as-before.ts'

export interface HostSyncOptions {
  /** The records of the app; the same definition as the page's. */
  readonly schema: Schema
}

/** Syncs in this worker for the page that made it and gave it to `createClient({ worker })`. Everything else comes from that page. */
export function hostSync({ schema }: HostSyncOptions): void {
  expose(
    new WorkerEngine({
      ...hostTime,
      schema,
      idRandom,
      yieldToHost,
      openRegistry: openHostRegistry,
      openDatabase: openHostDatabase,
      openChannel: openHostChannel,
      createTransport: createHostTransport,
      createReplayer: createHostReplayer,
      locks: hostLocks(),
    }),
  )
}
