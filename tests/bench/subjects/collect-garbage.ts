// Preloaded into every measured server: SIGUSR2 makes its main thread collect all garbage and give freed pages back, as it would
// when memory is short. Without that, V8 keeps the pages of a heap that has shrunk, and resident memory shows its past.
import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  process.on('SIGUSR2', () => globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }))
}
