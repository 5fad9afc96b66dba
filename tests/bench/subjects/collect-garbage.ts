// Preloaded into every measured server: SIGUSR2 makes it collect its garbage, so that resident memory is what is in use.
import { isMainThread } from 'node:worker_threads'

/** The second pass frees what finalizers of the first released. */
const passes = 2

if (isMainThread) {
  process.on('SIGUSR2', () => {
    for (let pass = 0; pass < passes; pass += 1) globalThis.gc?.()
  })
}
