import { createSeededRandom } from '@rejoin/core/testing'
import type { JsonValue, SceneElement, SceneOperation, SceneStrategy, SceneSyncResult } from '@rejoin/core'
import * as Y from 'yjs'
import type { SceneApplier } from '../scenes/scene-applier.ts'
import type { SceneAddress } from '../scenes/scene-batch.ts'
import { SceneRequestError } from '../scenes/scene-request-error.ts'
import { SceneShelf } from '../scenes/scene-shelf.ts'
import { SceneSyncProcessor } from '../scenes/scene-sync-processor.ts'
import { systemDigest } from '../system-digest.ts'
import { createWorld, sit, type Seat, type World } from './relay-world.ts'

export interface SceneWorld extends World {
  readonly processor: SceneSyncProcessor
  /** As `processBatch`, of `ada`, on `plan` in `acme` unless said otherwise. */
  send(
    operations: readonly unknown[],
    options?: Partial<SceneAddress> & { readonly strategy?: SceneStrategy },
  ): Promise<SceneSyncResult>
  /** The elements as the server has them, by id. */
  elements(document?: string): Promise<Readonly<Record<string, unknown>>>
  /** Rows of the log so far. */
  rowCount(): Promise<number>
  /** The same store under another process: another processor, which draws other ids. */
  restart(): SceneWorld
}

/** A relay over memory and a processor that applies operations in this thread. `applier` may stand in its way. */
export function createSceneWorld(wrap: (applier: SceneApplier) => SceneApplier = (applier) => applier): SceneWorld {
  return sceneWorldOver(createWorld(), { wrap, life: 1 })
}

function sceneWorldOver(
  world: World,
  { wrap, life }: { readonly wrap: (applier: SceneApplier) => SceneApplier; readonly life: number },
): SceneWorld {
  const { store, relay, time, problems } = world
  const shelf = new SceneShelf()
  const processor = new SceneSyncProcessor({
    store,
    relay,
    applier: wrap({ apply: async (job) => ({ type: 'done', answer: shelf.apply(structuredClone(job)) }) }),
    digest: systemDigest,
    clock: time,
    scheduler: time,
    random: createSeededRandom(life),
    elapsedMs: () => time.now(),
    report: (problem) => problems.push(problem),
  })
  return {
    ...world,
    processor,
    send: (operations, { strategy, ...address } = {}) =>
      processor.processBatch({ tenant: 'acme', document: 'plan', user: 'ada', ...address }, operations, strategy),
    async elements(document = 'plan') {
      const state = await relay.read('acme', document)
      if (state.type !== 'live') return {}
      const doc = new Y.Doc()
      Y.applyUpdate(doc, state.update)
      return doc.getMap('elements').toJSON()
    },
    async rowCount() {
      const loaded = await store.tenant('acme').load('plan')
      return loaded.type === 'live' ? loaded.seq : 0
    },
    restart: () => sceneWorldOver(world, { wrap, life: life + 1 }),
  }
}

/** The UUID of a small number. */
export function operationId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

export function element(id: string, fields: Readonly<Record<string, JsonValue>> = {}): SceneElement {
  return Object.assign({ id, kind: 'rectangle', x: 1, y: 2, width: 3, height: 4, updatedAt: 0 }, fields)
}

type Common = Pick<SceneOperation, 'operationId' | 'clientId' | 'timestamp'>

/** Operations of one client, each with an id and a time of its own. Times begin at `start` and go by one ms. */
export class Author {
  readonly clientId: string
  #timestamp: number
  #count: number

  constructor(clientId: string, { start = 900_000, firstId = 1 }: { readonly start?: number; readonly firstId?: number } = {}) {
    this.clientId = clientId
    this.#timestamp = start
    this.#count = firstId
  }

  add(id: string, fields: Readonly<Record<string, JsonValue>> = {}): SceneOperation {
    return { type: 'AddElement', ...this.#common(), element: element(id, fields) }
  }

  update(id: string, changes: Readonly<Record<string, number | string | null>>, baseUpdatedAt?: number): SceneOperation {
    return { type: 'UpdateElement', ...this.#common(), id, changes, ...(baseUpdatedAt !== undefined && { baseUpdatedAt }) }
  }

  remove(id: string): SceneOperation {
    return { type: 'RemoveElement', ...this.#common(), id }
  }

  interact(id?: string): SceneOperation {
    return { type: 'Interaction', ...this.#common(), kind: 'pointed', at: { x: 1, y: 2 }, ...(id !== undefined && { id }) }
  }

  #common(): Common {
    return { operationId: operationId(this.#count++), clientId: this.clientId, timestamp: this.#timestamp++ }
  }
}

/** Somebody who has the scene open and edits it live: a stock client, as far as the relay can tell. */
export class LiveEditor {
  readonly doc = new Y.Doc()
  readonly #seat: Seat

  private constructor(seat: Seat, client: number) {
    this.#seat = seat
    this.doc.clientID = client
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'relay') seat.send('update', update)
    })
  }

  static async open(
    world: World,
    { client, user = 'ben' }: { readonly client: number; readonly user?: string },
  ): Promise<LiveEditor> {
    const seat = await sit(world, { user })
    const editor = new LiveEditor(seat, client)
    seat.sendStep1(Y.encodeStateVector(editor.doc))
    editor.receive()
    return editor
  }

  /** Takes in what came since. */
  receive(): void {
    for (const message of this.#seat.peer.take()) {
      if (message.type === 'step2' || message.type === 'update') Y.applyUpdate(this.doc, message.body, 'relay')
    }
  }

  set(id: string, fields: Readonly<Record<string, unknown>>): void {
    this.doc.transact(() => {
      const elements = this.doc.getMap('elements')
      const known = elements.get(id)
      if (!(known instanceof Y.Map)) elements.set(id, new Y.Map(Object.entries({ ...element(id), ...fields })))
      else for (const [field, value] of Object.entries(fields)) known.set(field, value)
    })
  }

  remove(id: string): void {
    this.doc.getMap('elements').delete(id)
  }

  elements(): Readonly<Record<string, unknown>> {
    return this.doc.getMap('elements').toJSON()
  }
}

/** A result in which nothing went wrong, but for what it counts. */
export const taken = { success: true, conflictCount: 0, failedCount: 0, conflicts: [], failedOperations: [], retryAttempts: 0 }

/** Why a batch was refused as a whole. */
export async function codeOf(sending: Promise<unknown>): Promise<string> {
  return sending.then(
    () => 'taken',
    (error: unknown) => (error instanceof SceneRequestError ? error.code : String(error)),
  )
}
