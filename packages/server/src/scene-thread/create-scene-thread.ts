import { z } from 'zod'
import type { AppliedScene, SceneApplier, SceneJob } from '../scenes/scene-applier.ts'
import { elementOutcomeSchema } from '../scenes/scene-verdict.ts'
import { TaskThread } from '../task-thread/task-thread.ts'

export interface SceneThread extends SceneApplier {
  /** Waits for the job under way. */
  close(): Promise<void>
}

const applyMsMax = 10_000
const waitingMax = 64
/** Twice what the scenes that are kept and the one that is changed need: V8 leaves as much uncollected. */
const heapMiBMax = 1_024

const answerSchema: z.ZodType<AppliedScene> = z.object({
  update: z.union([z.instanceof(Uint8Array), z.undefined()]),
  outcomes: z.array(elementOutcomeSchema),
})

/** Applies operations in a thread of its own. `onFailed` hears why a job failed. */
export function createSceneThread(onFailed: (error: unknown) => void): SceneThread {
  const thread = new TaskThread<SceneJob, AppliedScene>({
    module: 'scene-worker',
    beside: import.meta.url,
    answerSchema,
    taskMsMax: applyMsMax,
    waitingMax,
    heapMiBMax,
    onFailed,
  })
  return { apply: (job) => thread.run(job), close: () => thread.close() }
}
