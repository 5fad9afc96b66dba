import { parentPort } from 'node:worker_threads'
import { toJsonText } from './plain-json.ts'

/** Takes one update at a time and posts its JSON text. Whatever throws ends this thread, and its owner starts another. */
parentPort?.on('message', (update: Uint8Array) => {
  parentPort?.postMessage(toJsonText(update))
})
