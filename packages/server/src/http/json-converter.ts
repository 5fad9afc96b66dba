import { z } from 'zod'
import { TaskThread, type TaskOutcome } from '../task-thread/task-thread.ts'
import { httpLimits } from './http-limits.ts'
import type { JsonTask } from './json-worker.ts'

/** `answer`: JSON text. */
export type Conversion = TaskOutcome<string>

/** Turns documents into JSON away from the main thread, one at a time. */
export class JsonConverter {
  readonly #thread: TaskThread<JsonTask, string>

  /** `onFailed` hears why a conversion failed; the asker does not. */
  constructor(onFailed: (error: unknown) => void) {
    this.#thread = new TaskThread({
      module: 'json-worker',
      beside: import.meta.url,
      answerSchema: z.string(),
      taskMsMax: httpLimits.jsonMs,
      waitingMax: httpLimits.jsonWaitingMax,
      heapMiBMax: httpLimits.jsonHeapMegabytesMax,
      onFailed,
    })
  }

  /** The root types of a Yjs V1 update. */
  convert(update: Uint8Array): Promise<Conversion> {
    return this.#thread.run({ form: 'document', update })
  }

  /** The elements of a scene: `{ "elements": [ … ] }`, by id. */
  convertScene(update: Uint8Array): Promise<Conversion> {
    return this.#thread.run({ form: 'scene', update })
  }

  close(): Promise<void> {
    return this.#thread.close()
  }
}
