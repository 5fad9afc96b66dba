import { Worker, type Transferable } from 'node:worker_threads'
import { DocumentStoreError } from '../../document-log/document-store-error.ts'
import { errorFrom, type CallMessage, type CallTable, type ReplyMessage } from './thread-calls.ts'

export interface WorkerThreadOptions {
  /** For errors: what this thread does. */
  readonly name: string
  /** Module of the thread, without its extension, beside this one. */
  readonly module: string
  readonly workerData: unknown
  /** Heap of the thread; where it needs more, it alone ends. */
  readonly heapMiBMax?: number
  /**
   * Its nursery. A thread that makes few objects and many buffers collects them only when this is full: with Node's 16 MiB the reader kept
   * every document that it had read for thousands more.
   */
  readonly youngHeapMiBMax?: number
}

interface PendingCall {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** A thread that answers calls, in the order they were made. */
export class WorkerThread<Calls extends CallTable<Calls>> {
  readonly #worker: Worker
  readonly #pendingById = new Map<number, PendingCall>()
  #nextId = 0
  #ended: DocumentStoreError | undefined

  constructor({ name, module, workerData, heapMiBMax, youngHeapMiBMax }: WorkerThreadOptions) {
    this.#worker = new Worker(moduleUrl(module), {
      name,
      workerData,
      execArgv: isSource ? ['--conditions=rejoin-source', '--disable-warning=ExperimentalWarning'] : [],
      resourceLimits: {
        ...(heapMiBMax !== undefined && { maxOldGenerationSizeMb: heapMiBMax }),
        ...(youngHeapMiBMax !== undefined && { maxYoungGenerationSizeMb: youngHeapMiBMax }),
      },
    })
    this.#worker.on('message', (reply: ReplyMessage) => this.#settle(reply))
    this.#worker.on('error', (error: Error) => this.#end(`the ${name} thread failed: ${error.message}`))
    this.#worker.on('exit', () => this.#end(`the ${name} thread ended`))
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined
  }

  call<Name extends keyof Calls & string>(
    name: Name,
    argument: Parameters<Calls[Name]>[0],
    transfer: readonly Transferable[] = [],
  ): Promise<ReturnType<Calls[Name]>> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    const id = this.#nextId++
    const pending = Promise.withResolvers<ReturnType<Calls[Name]>>()
    this.#pendingById.set(id, pending)
    this.#worker.postMessage({ id, name, argument } satisfies CallMessage, transfer)
    return pending.promise
  }

  /** Ends the thread at once, whatever it is doing; calls under way reject. */
  async terminate(): Promise<void> {
    await this.#worker.terminate()
  }

  #settle(reply: ReplyMessage): void {
    const pending = this.#pendingById.get(reply.id)
    this.#pendingById.delete(reply.id)
    if (reply.type === 'value') pending?.resolve(reply.value)
    else pending?.reject(errorFrom(reply))
  }

  #end(reason: string): void {
    this.#ended ??= new DocumentStoreError('refusing', reason)
    for (const pending of this.#pendingById.values()) pending.reject(this.#ended)
    this.#pendingById.clear()
  }
}

const isSource = import.meta.url.endsWith('.ts')

function moduleUrl(module: string): URL {
  return new URL(`./${module}${isSource ? '.ts' : '.js'}`, import.meta.url)
}
