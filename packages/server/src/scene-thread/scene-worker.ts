import { parentPort } from 'node:worker_threads'
import type { SceneJob } from '../scenes/scene-applier.ts'
import { SceneShelf } from '../scenes/scene-shelf.ts'

const shelf = new SceneShelf()

/** Takes one job at a time. Whatever throws ends this thread, and its owner starts another. */
parentPort?.on('message', (job: SceneJob) => {
  parentPort?.postMessage(shelf.apply(job))
})
