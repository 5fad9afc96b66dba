import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { httpLimits } from './http-limits.ts'

export type Conversion =
  | { readonly type: 'converted'; readonly json: string }
  /** It took too long, too much memory, or its content is not what Yjs makes. */
  | { readonly type: 'failed' }
  /** Too many wait already. */
  | { readonly type: 'busy' }

/** Turns documents into JSON away from the main thread: a large or wicked one stops nobody else's work. */
export class JsonConverter {
  readonly #onFailed: (error: unknown) => void
  #worker: Worker | undefined
  #waiting = 0
  #last: Promise<unknown> = Promise.resolve()

  /** `onFailed` hears why a conversion failed; the asker does not. */
  constructor(onFailed: (error: unknown) => void) {
    this.#onFailed = onFailed
  }

  /** The root types of a Yjs V1 update, one document at a time, in the order asked. The bytes are copied. */
  async convert(update: Uint8Array): Promise<Conversion> {
    if (this.#waiting >= httpLimits.jsonWaitingMax) return { type: 'busy' }
    this.#waiting += 1
    const turn = this.#last.then(() => this.#convertNow(update))
    this.#last = turn
    try {
      return await turn
    } finally {
      this.#waiting -= 1
    }
  }

  async close(): Promise<void> {
    await this.#last
    await this.#stopWorker()
  }

  async #convertNow(update: Uint8Array): Promise<Conversion> {
    this.#worker ??= startWorker()
    try {
      return { type: 'converted', json: await askWorker(this.#worker, update) }
    } catch (error) {
      this.#onFailed(error)
      await this.#stopWorker()
      return { type: 'failed' }
    }
  }

  async #stopWorker(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }
}

function startWorker(): Worker {
  const file = import.meta.url.endsWith('.ts') ? './json-worker.ts' : './json-worker.js'
  const worker = new Worker(new URL(file, import.meta.url), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: httpLimits.jsonHeapMegabytesMax },
  })
  worker.unref()
  return worker
}

function askWorker(worker: Worker, update: Uint8Array): Promise<string> {
  const listening = new AbortController()
  const answer = new Promise<string>((resolve, reject) => {
    const timeout = setTimeout(() => reject(new Error('making JSON took too long')), httpLimits.jsonMs)
    const on = (event: string, listener: (value: unknown) => void) => {
      worker.on(event, listener)
      listening.signal.addEventListener('abort', () => worker.off(event, listener))
    }
    listening.signal.addEventListener('abort', () => clearTimeout(timeout))
    on('message', (text) => resolve(z.string().parse(text)))
    on('error', reject)
    on('exit', () => reject(new Error('the JSON worker ended')))
    worker.postMessage(update)
  })
  return answer.finally(() => listening.abort())
}
