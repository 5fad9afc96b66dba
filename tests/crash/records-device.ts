import type { Operation } from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import { createOperationMaker, pushed, type Change } from '../support/record-operations.ts'
import type { RunningServer } from '../support/start-server.ts'
import { keyOf, type RecordsLedger } from './records-ledger.ts'

const batchMax = 20
/** Records that all devices write to. */
const sharedCount = 5
/** Batches that may be sent again although they were answered. */
const rememberedMax = 50

/** A device that pushes one batch after the other, and sends again what was not answered, and sometimes what was. */
export interface RecordsDevice {
  /** Works until the server goes, or until it is told to stop. Resolves when its last request has ended. */
  work(server: RunningServer): Promise<void>
  stop(): void
  /** Sends what is not answered, and nothing new. */
  settle(server: RunningServer): Promise<void>
}

export function createRecordsDevice(name: string, random: SeededRandom, ledger: RecordsLedger): RecordsDevice {
  const maker = createOperationMaker(name, random)
  const versionByKey = new Map<string, number>()
  let created = 0
  let unanswered: readonly Operation[] | undefined
  const answered: (readonly Operation[])[] = []
  let isStopped = false

  function nextChange(): Change {
    const fresh = `${name}-${(created += 1)}`
    const shared = `shared-${random.below(sharedCount)}`
    const own = `${name}-product-${random.below(sharedCount)}`
    const change = random.pick<Change>([
      { entityType: 'stockMovement', operationType: 'create', recordId: fresh, payload: { productId: shared, quantity: 1 } },
      { entityType: 'stockMovement', operationType: 'create', recordId: fresh, payload: { productId: own, quantity: -1 } },
      productChange(random.chance(0.5) ? own : shared),
      productChange(random.chance(0.5) ? own : shared),
      { entityType: 'product', operationType: 'delete', recordId: shared },
      {
        entityType: 'recipe',
        operationType: 'create',
        recordId: shared,
        payload: { title: fresh, body: 'x'.repeat(random.below(500)) },
      },
      { entityType: 'recipe', operationType: 'update', recordId: shared, payload: { body: fresh } },
      { entityType: 'recipe', operationType: 'create', recordId: fresh, payload: { title: 7 } },
    ])
    return { baseVersion: versionByKey.get(keyOf(change)) ?? null, ...change }
  }

  function productChange(recordId: string): Change {
    const isKnown = versionByKey.has(`product/${recordId}`)
    const payload =
      isKnown && random.chance(0.5) ? { quantity: random.below(9) } : { name: recordId, priceCents: random.below(900) }
    return { entityType: 'product', operationType: isKnown ? 'update' : 'create', recordId, payload }
  }

  function nextBatch(): readonly Operation[] {
    if (unanswered !== undefined) return unanswered
    if (answered.length > 0 && random.chance(0.2)) return random.pick(answered)
    const groupId = random.chance(0.2) ? `${name}-group-${created}` : undefined
    return Array.from({ length: 1 + random.below(batchMax) }, () =>
      maker.next({ ...nextChange(), ...(groupId !== undefined && { groupId }) }),
    )
  }

  async function send(server: RunningServer, operations: readonly Operation[]): Promise<void> {
    unanswered = operations
    const { results } = await pushed(server, { deviceId: name, operations })
    ledger.answer(operations, results)
    for (const { serverState } of results) if (serverState) versionByKey.set(keyOf(serverState), serverState.version)
    unanswered = undefined
    answered.push(operations)
    if (answered.length > rememberedMax) answered.shift()
  }

  return {
    async work(server) {
      isStopped = false
      try {
        while (!isStopped) await send(server, nextBatch())
      } catch (error) {
        // The server has gone; anything else is a fault of its own.
        if (!(error instanceof TypeError)) ledger.fault({ kind: 'notAnswered', what: String(error) })
      }
    },
    stop: () => {
      isStopped = true
    },
    async settle(server) {
      if (unanswered !== undefined) await send(server, unanswered)
      for (const operations of answered) await send(server, operations)
    },
  }
}
