import { Worker } from 'node:worker_threads'
import type { z } from 'zod'

export interface TaskThreadOptions<Answer> {
  /** The module of the thread, without its extension. It takes one task as a message at a time and posts the answer; whatever throws ends it. */
  readonly module: string
  /** `import.meta.url` of who starts it: the module stands beside. */
  readonly beside: string
  readonly answerSchema: z.ZodType<Answer>
  /** A task that takes longer is given up, and its thread with it. */
  readonly taskMsMax: number
  /** Tasks that wait, the one under way among them. */
  readonly waitingMax: number
  /** What V8 has not collected yet counts, too. A task that takes more is given up, and its thread with it. */
  readonly heapMiBMax: number
  /** Hears why a task failed; the asker does not. */
  readonly onFailed: (error: unknown) => void
}

export type TaskOutcome<Answer> =
  | { readonly type: 'done'; readonly answer: Answer }
  /** It took too long, too much memory, or threw. */
  | { readonly type: 'failed' }
  /** Too many wait already. */
  | { readonly type: 'busy' }

/** How often the memory of a thread at work is looked at. A wicked task fills some 200 MiB in a second. */
const heapCheckMs = 50
/**
 * So much above our bound lies V8's own, which is never to be met: where nothing can break off what allocates (one `JSON.parse` of 16 MiB), it ends
 * the whole process and not the thread.
 */
const hardHeapSlackMiB = 1_024
const mebibyte = 1024 * 1024

/** Work on what clients sent, away from the main thread, one task at a time in the order asked: a large or wicked one stops nobody else's work. */
export class TaskThread<Task, Answer> {
  readonly #options: TaskThreadOptions<Answer>
  #worker: Worker | undefined
  #waiting = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: TaskThreadOptions<Answer>) {
    this.#options = options
  }

  /** The task is copied. */
  async run(task: Task): Promise<TaskOutcome<Answer>> {
    if (this.#waiting >= this.#options.waitingMax) return { type: 'busy' }
    this.#waiting += 1
    const turn = this.#last.then(() => this.#runNow(task))
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

  async #runNow(task: Task): Promise<TaskOutcome<Answer>> {
    this.#worker ??= this.#startWorker()
    try {
      return { type: 'done', answer: await this.#ask(this.#worker, task) }
    } catch (error) {
      this.#options.onFailed(error)
      await this.#stopWorker()
      return { type: 'failed' }
    }
  }

  async #stopWorker(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  #startWorker(): Worker {
    const { module, beside, heapMiBMax } = this.#options
    const isSource = beside.endsWith('.ts')
    const worker = new Worker(new URL(`./${module}${isSource ? '.ts' : '.js'}`, beside), {
      execArgv: isSource ? ['--conditions=rejoin-source', '--disable-warning=ExperimentalWarning'] : [],
      resourceLimits: { maxOldGenerationSizeMb: heapMiBMax + hardHeapSlackMiB },
    })
    worker.unref()
    return worker
  }

  #ask(worker: Worker, task: Task): Promise<Answer> {
    const { module, taskMsMax, heapMiBMax, answerSchema } = this.#options
    const listening = new AbortController()
    const answer = new Promise<Answer>((resolve, reject) => {
      const timeout = setTimeout(() => reject(new Error(`a task of ${module} took more than ${taskMsMax} ms`)), taskMsMax)
      const on = (event: string, listener: (value: unknown) => void) => {
        worker.on(event, listener)
        listening.signal.addEventListener('abort', () => worker.off(event, listener))
      }
      const check = setInterval(() => {
        // Who has ended says so by itself.
        worker.getHeapStatistics().then(
          ({ used_heap_size: bytes }) => {
            if (bytes > heapMiBMax * mebibyte) reject(new Error(`a task of ${module} took more than ${heapMiBMax} MiB`))
          },
          () => {},
        )
      }, heapCheckMs)
      listening.signal.addEventListener('abort', () => {
        clearTimeout(timeout)
        clearInterval(check)
      })
      on('message', (value) => {
        const parsed = answerSchema.safeParse(value)
        if (parsed.success) resolve(parsed.data)
        else reject(parsed.error)
      })
      on('error', reject)
      on('exit', () => reject(new Error(`the thread of ${module} ended`)))
      worker.postMessage(task)
    })
    return answer.finally(() => listening.abort())
  }
}
