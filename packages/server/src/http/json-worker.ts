import { parentPort } from 'node:worker_threads'
import { toJsonText } from './plain-json.ts'
import { toSceneJsonText } from './scene-json.ts'

/** A document as one Yjs V1 update, and what to make of it. */
export interface JsonTask {
  readonly form: 'document' | 'scene'
  readonly update: Uint8Array
}

/** Takes one document at a time and posts its JSON text. Whatever throws ends this thread, and its owner starts another. */
parentPort?.on('message', ({ form, update }: JsonTask) => {
  parentPort?.postMessage(form === 'scene' ? toSceneJsonText(update) : toJsonText(update))
})
