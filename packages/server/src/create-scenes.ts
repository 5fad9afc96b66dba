import { performance } from 'node:perf_hooks'
import type { Clock, Scheduler } from '@rejoin/core'
import type { Log } from './http/create-log.ts'
import type { DocumentStore } from './relay/document-store.ts'
import type { Relay } from './relay/relay.ts'
import { createSceneThread } from './scene-thread/create-scene-thread.ts'
import { SceneSyncProcessor } from './scenes/scene-sync-processor.ts'
import { systemDigest } from './system-digest.ts'

export interface ScenesParts {
  readonly store: DocumentStore
  readonly relay: Relay
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly log: Log
}

/** Scenes for those who do not hold the document, with the thread that changes them. */
export function createScenes({ store, relay, clock, scheduler, log }: ScenesParts): {
  readonly processor: SceneSyncProcessor
  close(): Promise<void>
} {
  const applier = createSceneThread((err) => log.warn({ err }, 'a scene could not be changed'))
  const processor = new SceneSyncProcessor({
    store,
    relay,
    applier,
    digest: systemDigest,
    clock,
    scheduler,
    random: { next: Math.random },
    elapsedMs: () => performance.now(),
    report: ({ tenant, document, error }) => log.error({ tenant, document, err: error }, 'a scene needs a look'),
  })
  return { processor, close: () => applier.close() }
}
