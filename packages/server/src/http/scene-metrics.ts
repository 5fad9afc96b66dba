import type { Registry } from 'prom-client'
import type { SceneCounters } from '../scenes/scene-counters.ts'
import { registerTotal, registerTotals } from './derived-counter.ts'

export function registerSceneCounts(registry: Registry, counters: SceneCounters): void {
  registerTotal(registry, {
    name: 'rejoin_scene_batches_total',
    help: 'Batches of scene operations',
    read: () => counters.batches,
  })
  registerTotal(registry, {
    name: 'rejoin_scene_retries_total',
    help: 'Times that a batch of scene operations was tried again',
    read: () => counters.retries,
  })
  registerTotal(registry, {
    name: 'rejoin_scene_interactions_total',
    help: 'Interactions logged',
    read: () => counters.interactions,
  })
  registerTotals(registry, {
    name: 'rejoin_scene_operations_total',
    help: 'Scene operations answered, by what became of them',
    label: 'outcome',
    read: () => counters.operationsByOutcome,
  })
}
