import { createSeededRandom } from '@rejoin/core/testing'
import { nothingKnown, statusOf } from '../connectivity/connectivity-facts.ts'
import { createMemoryRecordDatabase } from '../record-database/memory-record-database.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { outboxContextOf } from '../records/local-records.ts'
import { createMemoryScopeRegistry } from '../scope/memory-scope-registry.ts'
import type { Scope } from '../scope/scope-registry.ts'
import type { GetToken } from '../service-worker/drain-task.ts'
import { SyncWorker, type SyncWorkerHost } from '../service-worker/sync-worker.ts'
import type { SyncTransport, TransportReply } from '../sync/sync-transport.ts'
import { deafReplayer } from './deaf-replayer.ts'
import { FakeWorkerScope } from './fake-worker-scope.ts'
import { Mortality } from './mortality.ts'
import { rest, SyncDevice } from './sync-device.ts'
import { stockSchema } from './test-records.ts'

export const databaseName = 'rejoin/test'
const place = { app: 'stock', serverOrigin: 'wss://sync.example' }
const lockName = `${databaseName}/drain`

/** How an event of the service worker ended; `running`: not within a long time of doing. */
export type EventEnd = 'resolved' | 'running' | Error

/** A browser whose pages may be closed, and a service worker in it. */
export class WorkerDevice extends SyncDevice {
  readonly scopeByName = new Map<string, Scope>([[databaseName, { ...place, databaseName }]])
  readonly scope = new FakeWorkerScope()
  /** Every token that went with a request. */
  readonly tokens: (string | undefined)[] = []

  /** As the browser starts it for an event: nothing is left of an earlier one. `mortality`: when it dies. */
  startWorker(more: Partial<SyncWorkerHost> = {}, mortality = new Mortality(Infinity)): FakeWorkerScope {
    const scope = new FakeWorkerScope()
    mortality.onDeath(() => this.locks.bury(lockName))
    new SyncWorker(mortality.inside(scope), { ...this.#host(mortality), ...more }).listen()
    return scope
  }

  /** Raises the event in a fresh worker, and lets it do what needs no time. */
  async sync(more?: Partial<SyncWorkerHost>, mortality?: Mortality): Promise<EventEnd> {
    const scope = this.startWorker(more, mortality)
    const end = await endOf(scope.raise('sync', { tag: 'sync-changes' }))
    this.scope.posted.push(...scope.posted)
    this.scope.registered.push(...scope.registered)
    return end
  }

  #host(mortality: Mortality): SyncWorkerHost {
    const { time, disk, browser, locks } = this
    const registry = createMemoryScopeRegistry(() => 'id', this.scopeByName)
    return {
      ...place,
      clock: time,
      scheduler: { after: (delayMs, run) => time.after(delayMs, () => mortality.isDead || run()) },
      random: createSeededRandom(7),
      schema: stockSchema,
      contextOf: (maxRetries) => outboxContextOf({ schema: stockSchema, clock: time, random: createSeededRandom(8), maxRetries }),
      auth: undefined,
      isEnabledAtFirst: true,
      openRegistry: () => registry,
      openDatabase: () => mortalDatabase(createMemoryRecordDatabase({ disk }), mortality),
      openChannel: () => browser.openChannel(),
      createTransport: (getToken) => this.#transport(getToken, mortality),
      createReplayer: () => deafReplayer,
      connectivity: { status: statusOf(nothingKnown), subscribe: () => () => undefined },
      locks: { tryRequest: (name, work) => locks.tryRequest(name, work) },
    }
  }

  #transport(getToken: GetToken | undefined, mortality: Mortality): SyncTransport {
    const answer = <Body>(name: string, work: () => Body): Promise<TransportReply<Body>> =>
      mortality.step(async (): Promise<TransportReply<Body>> => {
        this.tokens.push(await getToken?.())
        const { network } = this
        if (network === 'silent') return new Promise(() => undefined)
        if (network === 'down') return { type: 'unreachable', message: 'no answer' }
        if (network !== 'up') return network
        this.requests.push(name)
        return { type: 'answered', body: work(), roundTripMs: 10 }
      })
    return {
      traffic: () => ({ requests: 0, bytesSent: 0, bytesReceived: 0 }),
      push: (body) => answer(`push ${body.operations.length}`, () => this.server.push(body)),
      pull: ({ checkpoint }) => answer('pull', () => this.server.pull(checkpoint)),
      renewToken: async () => {
        await getToken?.({ isRefused: true })
        return { type: 'renewed' }
      },
      follow: () => () => undefined,
    }
  }
}

/** Every transaction is a moment before which, or after which, the worker may die. */
function mortalDatabase(database: RecordDatabase, mortality: Mortality): RecordDatabase {
  return {
    transaction: (mode, work) => mortality.step(() => database.transaction(mode, work)),
    observe: (...listener) => database.observe(...listener),
    live: (...listener) => database.live(...listener),
    follow: (...listener) => database.follow(...listener),
    onTrouble: (listener) => database.onTrouble(listener),
    close: () => mortality.step(() => database.close()),
  }
}

/** Lets everything happen that waits for no timer. */
export async function endOf(event: Promise<void>): Promise<EventEnd> {
  let end: EventEnd = 'running'
  event.then(
    () => (end = 'resolved'),
    (error: Error) => (end = error),
  )
  for (let turn = 0; turn < 30 && isRunning(end); turn++) await rest()
  return end
}

function isRunning(end: EventEnd): boolean {
  return end === 'running'
}
