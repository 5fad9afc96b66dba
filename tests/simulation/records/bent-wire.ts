import type { Operation, OperationResult, SyncResponse } from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import type { PushBody, TransportReply } from '@rejoin/client/simulation'
import type { World } from '../world/world.ts'
import type { Mutant } from './mutants.ts'

interface BentWireOptions {
  readonly world: World
  readonly mutant: Mutant | undefined
  readonly random: SeededRandom
}

/** Bugs that are planted between the engine and the network. Without one everything passes as it is. */
export class BentWire {
  readonly #options: BentWireOptions
  /** For the planted bug of new ids: what an id was before. */
  readonly #firstIdById = new Map<string, string>()
  readonly #sentIds = new Set<string>()

  constructor(options: BentWireOptions) {
    this.#options = options
  }

  alterRequest(body: PushBody): PushBody {
    const { mutant, world, random } = this.#options
    if (mutant === 'ackedThroughTooHigh') {
      const highest = Math.max(body.ackedThrough, ...body.operations.map(({ deviceSeq }) => deviceSeq))
      return { ...body, ackedThrough: highest }
    }
    if (mutant !== 'newIdOnRetry') return body
    const operations = body.operations.map((operation) => {
      const isRepeated = this.#sentIds.has(operation.operationId)
      this.#sentIds.add(operation.operationId)
      if (!isRepeated) return operation
      const operationId = `01900000-0000-7000-8000-${String(Math.floor(random.next() * 1e12)).padStart(12, '0')}`
      this.#firstIdById.set(operationId, operation.operationId)
      return { ...operation, operationId, deviceSeq: operation.deviceSeq + 1_000 + world.stepCount }
    })
    return { ...body, operations }
  }

  alterReply(operations: readonly Operation[], reply: TransportReply<SyncResponse>): TransportReply<SyncResponse> {
    const { mutant } = this.#options
    const drops =
      (mutant === 'refusalDropsOperations' && reply.type === 'refused') ||
      (mutant === 'portalIsTheServer' && reply.type === 'unexpected')
    if (drops) return consent(operations, this.#options.world)
    if (reply.type !== 'answered') return reply
    const results = reply.body.results.map((result) => this.#alterResult(result))
    return { ...reply, body: { ...reply.body, results } }
  }

  #alterResult(result: OperationResult): OperationResult {
    const operationId = this.#firstIdById.get(result.operationId) ?? result.operationId
    if (this.#options.mutant !== 'duplicateIsRejection' || result.status !== 'duplicate') return { ...result, operationId }
    return { ...result, status: 'rejected', code: 'ID_REUSED', operationId }
  }
}

/** What a planted bug makes of an answer that is none. */
function consent(operations: readonly Operation[], world: World): TransportReply<SyncResponse> {
  const serverTime = new Date(world.now()).toISOString()
  return {
    type: 'answered',
    roundTripMs: 1,
    body: {
      results: operations.map(({ operationId }) => ({ operationId, status: 'applied' })),
      changes: [],
      hasMore: true,
      serverTime,
      limits: { operationsMax: 500, requestBytesMax: 524_288, operationBytesMax: 131_072, changesMax: 1_000 },
      summary: {
        success: true,
        syncedCount: 0,
        conflictCount: 0,
        failedCount: 0,
        conflicts: [],
        failedOperations: [],
        durationMs: 0,
        timestamp: serverTime,
      },
    },
  }
}
