import {
  defaultRetryConfig,
  defaultSceneStrategy,
  detectConflict,
  jitteredDelayMs,
  resolveConflict,
  type Clock,
  type Random,
  type RetryConfig,
  type SceneStrategy,
  type SceneSyncResult,
  type Scheduler,
} from '@rejoin/core'
import { isoTime } from '../records/iso-time.ts'
import type { Digest } from '../records/digest.ts'
import type { DocumentStore } from '../relay/document-store.ts'
import type { Relay } from '../relay/relay.ts'
import { DocumentLanes } from './document-lanes.ts'
import { GivenUpScenes } from './given-up-scenes.ts'
import { prepareOperations } from './prepare-operations.ts'
import type { SceneApplier } from './scene-applier.ts'
import { SceneBatch, type SceneAddress } from './scene-batch.ts'
import { createSceneCounters, type SceneCounters } from './scene-counters.ts'
import { SceneGivenUpError } from './scene-given-up-error.ts'
import { SceneRequestError } from './scene-request-error.ts'
import { ServerClients } from './server-clients.ts'
import { StoredChanges } from './stored-changes.ts'
import { summarizeBatch, type JudgedOperation } from './summarize-batch.ts'

export interface SceneSyncProcessorOptions {
  readonly store: DocumentStore
  readonly relay: Pick<Relay, 'write'>
  readonly applier: SceneApplier
  readonly digest: Digest
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  /** Time that only goes forward, ms. */
  readonly elapsedMs: () => number
  /** Something of the server's own failed; nobody else is told. */
  readonly report: (problem: { readonly tenant: string; readonly document: string; readonly error: unknown }) => void
}

/**
 * Carries out batches of operations on scenes: for those who do not hold the document. A batch is one change of the document, which goes the way of
 * everybody's; each operation takes effect once, whoever repeats it.
 */
export class SceneSyncProcessor {
  readonly counters: SceneCounters = createSceneCounters()
  /** What an operation meets in an element, and how that is settled: pure, the same as in the client. */
  readonly detectConflict = detectConflict
  readonly resolveConflict = resolveConflict
  readonly #options: SceneSyncProcessorOptions
  readonly #lanes = new DocumentLanes()
  readonly #clients: ServerClients
  readonly #storedChanges = new StoredChanges()
  readonly #givenUp: GivenUpScenes

  constructor(options: SceneSyncProcessorOptions) {
    this.#options = options
    this.#clients = new ServerClients(options.random)
    this.#givenUp = new GivenUpScenes(options.elapsedMs)
  }

  /**
   * Resolves after the commit, with what became of each operation. Rejects with `SceneRequestError` where nothing of the batch has happened.
   * Operations are checked one by one: a bad one fails alone.
   */
  async processBatch(
    scene: SceneAddress,
    operations: readonly unknown[],
    strategy: SceneStrategy = defaultSceneStrategy,
  ): Promise<SceneSyncResult> {
    const { clock, digest, elapsedMs } = this.#options
    const startedMs = elapsedMs()
    const prepared = prepareOperations(operations, digest)
    const batch = new SceneBatch(
      { ...this.#options, clients: this.#clients, storedChanges: this.#storedChanges, givenUp: this.#givenUp },
      scene,
      strategy,
    )
    const judged = await this.#lanes.run(scene, () => this.#guard(scene, () => batch.run(prepared)))
    this.#count(judged, operations)
    return summarizeBatch(judged, { durationMs: elapsedMs() - startedMs, timestamp: isoTime(clock.now()) })
  }

  /** As `processBatch`, tried again where it failed for now: a repeat cannot do harm. */
  async processWithRetry(
    scene: SceneAddress,
    operations: readonly unknown[],
    strategy?: SceneStrategy,
    config: RetryConfig = defaultRetryConfig,
  ): Promise<SceneSyncResult> {
    for (let retryAttempts = 0; ; retryAttempts++) {
      try {
        return { ...(await this.processBatch(scene, operations, strategy)), retryAttempts }
      } catch (error) {
        if (!maySoonPass(error) || retryAttempts >= config.maxRetries) throw error
        this.counters.retries++
        await this.#after(jitteredDelayMs(config, retryAttempts, this.#options.random))
      }
    }
  }

  /** What the store throws is no word for a client. */
  async #guard<Result>({ tenant, document }: SceneAddress, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof SceneRequestError) throw error
      this.#options.report({ tenant, document, error })
      throw new SceneRequestError('UNAVAILABLE', 'this scene cannot be had now; try again later', { cause: error })
    }
  }

  #count(judged: readonly JudgedOperation[], operations: readonly unknown[]): void {
    const { operationsByOutcome } = this.counters
    this.counters.batches++
    for (const [index, { outcome, isRepeat }] of judged.entries()) {
      const counted = isRepeat ? 'repeated' : outcome.type
      operationsByOutcome.set(counted, (operationsByOutcome.get(counted) ?? 0) + 1)
      if (counted === 'applied' && isInteraction(operations[index])) this.counters.interactions++
    }
  }

  #after(delayMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#options.scheduler.after(delayMs, resolve)
    return promise
  }
}

/** A server that goes away is not waited for, and what was given up would be again, while other scenes wait: whoever asks comes again later. */
function maySoonPass(error: unknown): boolean {
  if (!(error instanceof SceneRequestError) || error instanceof SceneGivenUpError) return false
  return error.isRetryable && error.code !== 'RESTARTING'
}

function isInteraction(operation: unknown): boolean {
  return typeof operation === 'object' && operation !== null && 'type' in operation && operation.type === 'Interaction'
}
