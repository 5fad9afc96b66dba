import { parentPort } from 'node:worker_threads'
import { applyOperations } from '../scenes/apply-operations.ts'
import type { SceneJob } from '../scenes/scene-applier.ts'

/** Takes one job at a time. Whatever throws ends this thread, and its owner starts another. */
parentPort?.on('message', (job: SceneJob) => {
  parentPort?.postMessage(applyOperations(job))
})
