import type { Clock, ElementOperation, SceneStrategy } from '@rejoin/core'
import type { DocumentStore, KeptVerdict, LoadedDocument } from '../relay/document-store.ts'
import type { Relay } from '../relay/relay.ts'
import type { WriteResult } from '../relay/server-write.ts'
import type { GivenUpScenes } from './given-up-scenes.ts'
import { planBatch, type BatchPlan, type FreshOperation } from './plan-batch.ts'
import type { PreparedOperation } from './prepare-operations.ts'
import type { AppliedScene, ElementOutcome, SceneApplier, SceneJob } from './scene-applier.ts'
import { SceneGivenUpError } from './scene-given-up-error.ts'
import { SceneRequestError } from './scene-request-error.ts'
import { writeVerdict } from './scene-verdict.ts'
import type { ServerClients } from './server-clients.ts'
import type { StoredChanges } from './stored-changes.ts'
import type { JudgedOperation } from './summarize-batch.ts'

/** Which scene, and for whom. */
export interface SceneAddress {
  readonly tenant: string
  readonly document: string
  /** Stands in the log and with each verdict; `null` under auth none. */
  readonly user: string | null
  /** The life of the document that the batch is for; `undefined`: whichever it has. */
  readonly generation?: string | undefined
}

export interface SceneBatchParts {
  readonly store: DocumentStore
  readonly relay: Pick<Relay, 'write'>
  readonly applier: SceneApplier
  readonly clients: ServerClients
  readonly storedChanges: StoredChanges
  readonly givenUp: GivenUpScenes
  readonly clock: Clock
}

/** Whose the client ids of the server are. No token can name such a user: names have no control characters. */
const serverOwner = '\u0001server'

type Present = Exclude<LoadedDocument, { type: 'deleted' }>

const nothingStored = {
  seq: 0,
  snapshot: undefined,
  tail: [],
  committedAt: { snapshot: undefined, tail: new Float64Array() },
}
const nothingApplied: AppliedScene = { update: undefined, outcomes: [] }

/** One batch on its way: what is known, what is new, the change, the commit. Runs alone among the batches of its document. */
export class SceneBatch {
  readonly #parts: SceneBatchParts
  readonly #scene: SceneAddress
  readonly #strategy: SceneStrategy

  constructor(parts: SceneBatchParts, scene: SceneAddress, strategy: SceneStrategy) {
    this.#parts = parts
    this.#scene = scene
    this.#strategy = strategy
  }

  async run(prepared: readonly PreparedOperation[]): Promise<readonly JudgedOperation[]> {
    // Before it is read: what is too large for the thread is too large to be read for nothing.
    if (this.#parts.givenUp.has(this.#scene)) throw new SceneGivenUpError()
    const { tenant, document, user } = this.#scene
    const documents = this.#parts.store.tenant(tenant)
    const loaded = await documents.load(document)
    this.#assertLife(loaded)
    const ids = prepared.flatMap(({ type, operationId }) => (type === 'read' ? operationId : []))
    const plan = planBatch(prepared, await documents.verdicts(document, [...new Set(ids)]), user)
    return plan.fresh.length === 0 ? plan.judge([]) : this.#carryOut(plan, loaded)
  }

  async #carryOut(plan: BatchPlan, loaded: Present): Promise<readonly JudgedOperation[]> {
    const { tenant, document, user, generation } = this.#scene
    const now = this.#parts.clock.now()
    const applied = await this.#apply(plan.fresh, loaded, now)
    const outcomes = outcomesOf(plan.fresh, applied.outcomes)
    const result = await this.#parts.relay.write(
      { tenant, document, generation: loaded.type === 'live' ? loaded.generation : generation },
      {
        update: applied.update,
        owner: serverOwner,
        user,
        verdicts: plan.fresh.map((fresh, index) => this.#verdictOf(fresh, outcomes[index], now)),
      },
    )
    if (result.type === 'refused') throw this.#refusal(result)
    // Nothing was made of the scene by interactions alone, and so nothing is known of what was made of it before.
    if (applied.outcomes.length > 0) this.#parts.storedChanges.stored(this.#placeOf(loaded))
    return plan.judge(outcomes)
  }

  async #apply(fresh: readonly FreshOperation[], loaded: Present, now: number): Promise<AppliedScene> {
    const operations = fresh.flatMap(({ operation }) => (operation.type === 'Interaction' ? [] : operation))
    if (operations.length === 0) return nothingApplied
    const application = await this.#parts.applier.apply(this.#jobOf(operations, loaded, now))
    if (application.type === 'busy') throw new SceneRequestError('OVERLOADED', 'too many scenes wait to be changed')
    if (application.type === 'failed') {
      this.#parts.givenUp.add(this.#scene)
      throw new SceneGivenUpError()
    }
    return application.answer
  }

  #jobOf(operations: readonly ElementOperation[], loaded: Present, now: number): SceneJob {
    const { seq, snapshot, tail, committedAt } = loaded.type === 'live' ? loaded : nothingStored
    const { tenant, document } = this.#scene
    const place = this.#placeOf(loaded)
    return {
      place,
      mayReuse: this.#parts.storedChanges.take(place),
      seq,
      snapshot: snapshot?.update,
      tail,
      committedAt,
      client: this.#parts.clients.of(tenant, document),
      strategy: this.#strategy,
      now,
      operations,
    }
  }

  /** A document that is not there yet has no generation: what is made of it is not gone on with. */
  #placeOf(loaded: Present): string {
    const { tenant, document } = this.#scene
    return JSON.stringify([tenant, document, loaded.type === 'live' ? loaded.generation : ''])
  }

  #verdictOf({ operation, intentionHash }: FreshOperation, outcome: ElementOutcome | undefined, at: number): KeptVerdict {
    if (outcome === undefined) throw new Error('an operation was left without an outcome')
    const { operationId } = operation
    return { operationId, user: this.#scene.user, intentionHash, verdict: writeVerdict(outcome, operation, this.#strategy), at }
  }

  #assertLife(loaded: LoadedDocument): asserts loaded is Present {
    const { generation } = this.#scene
    if (loaded.type === 'deleted') throw new SceneRequestError('DELETED', 'this document was deleted')
    if (loaded.type === 'live' && generation !== undefined && generation !== loaded.generation)
      throw new SceneRequestError('OTHER_GENERATION', 'this document was replaced since; it has another generation')
  }

  #refusal({ code, reason }: Extract<WriteResult, { type: 'refused' }>): SceneRequestError {
    const { tenant, document, generation } = this.#scene
    if (code === 'CLIENT_BOUND') {
      this.#parts.clients.giveUp(tenant, document)
      return new SceneRequestError('UNAVAILABLE', 'the scene is to be changed under another id')
    }
    // The document began another life while we were busy; the next try looks at that one.
    if (code === 'OTHER_GENERATION' && generation === undefined) return new SceneRequestError('UNAVAILABLE', reason)
    // Our own bytes: nobody's fault but ours.
    return new SceneRequestError(code === 'BAD_FRAME' ? 'INTERNAL' : code, reason)
  }
}

/** Interactions are taken as they are; the others have what the scene made of them, in order. */
function outcomesOf(fresh: readonly FreshOperation[], applied: readonly ElementOutcome[]): readonly ElementOutcome[] {
  const rest = applied.values()
  return fresh.map(({ operation }) => {
    if (operation.type === 'Interaction') return { type: 'applied' }
    const outcome = rest.next().value
    if (outcome === undefined) throw new Error('an operation was left without an outcome')
    return outcome
  })
}
