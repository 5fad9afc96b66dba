import {
  appendOnly,
  clientWins,
  defineSchema,
  entity,
  lastWriteWins,
  serverWins,
  type Operation,
  type SyncRequest,
} from '@rejoin/core'
import { createManualTime, type ManualTime } from '@rejoin/core/testing'
import { z } from 'zod'
import { entityAccessOf, entityScopeOf, type EntityGrants } from '../auth/entity-grants.ts'
import type { Identity } from '../auth/identity.ts'
import { createMemoryRecordStore, type MemoryRecordStore } from '../memory/memory-record-store.ts'
import { createSyncProcessor, type SyncProblem } from '../records/sync-processor.ts'
import type { RecordStore } from '../records/record-store.ts'
import type { ServerHooks, SyncService } from '../records/sync-service.ts'
import { systemDigest } from '../system-digest.ts'

/** One entity for each policy. */
export const stockSchema = defineSchema({
  version: 2,
  entities: {
    product: entity({
      fields: z.object({ name: z.string().min(1), priceCents: z.int().nonnegative(), note: z.string().optional() }),
      policy: lastWriteWins({ by: 'field' }),
    }),
    movement: entity({
      fields: z.object({ productId: z.string(), quantity: z.int() }),
      policy: appendOnly(),
      references: { productId: 'product' },
    }),
    recipe: entity({ fields: z.object({ title: z.string(), body: z.string().default('') }), policy: serverWins() }),
    memo: entity({ fields: z.object({ text: z.string() }), policy: clientWins() }),
    diary: entity({
      fields: z.object({ owner: z.string(), text: z.string() }),
      policy: lastWriteWins({ by: 'record' }),
      canRead: ({ user, isAdmin }, row) => isAdmin || row.fields['owner'] === user,
      canWrite: ({ user, isAdmin }, row) => isAdmin || row.fields['owner'] === user,
    }),
  },
  migrations: {
    2: (change) => {
      if (change.entityType !== 'article') return change
      if (change.payload['name'] === 'unknown') throw new Error('this article cannot become a product')
      return { ...change, entityType: 'product' }
    },
  },
})

export const startMs = Date.UTC(2026, 10, 21, 12)

export interface RecordsWorldOptions {
  readonly store?: RecordStore
  readonly hooks?: ServerHooks
  readonly schema?: Parameters<typeof createSyncProcessor>[0]['schema']
  readonly time?: ManualTime
}

/** A processor over a store, with a clock that stands still. */
export interface RecordsWorld {
  readonly service: SyncService
  readonly store: RecordStore
  readonly memory: MemoryRecordStore
  readonly time: ManualTime
  readonly problems: SyncProblem[]
}

export function createRecordsWorld(options: RecordsWorldOptions = {}): RecordsWorld {
  const time = options.time ?? createManualTime(startMs)
  const memory = createMemoryRecordStore({ clock: time, epoch: 'epoch-1' })
  const store = options.store ?? memory
  const problems: SyncProblem[] = []
  const service = createSyncProcessor({
    schema: options.schema ?? stockSchema,
    store,
    clock: time,
    scheduler: time,
    digest: systemDigest,
    elapsedMs: () => time.now() - startMs,
    report: (problem) => problems.push(problem),
    ...(options.hooks && { hooks: options.hooks }),
  })
  return { service, store, memory, time, problems }
}

export function identityOf(
  user: string | null = 'ann',
  more: { readonly tenant?: string; readonly entities?: EntityGrants; readonly isAdmin?: boolean } = {},
): Identity {
  return {
    tenant: more.tenant ?? 'acme',
    user,
    isAdmin: more.isAdmin ?? false,
    tokenId: undefined,
    issuedAt: undefined,
    expiresAt: undefined,
    documentAccess: () => 'none',
    entityAccess: (entityType) => entityAccessOf(more.entities, entityType),
    scope: entityScopeOf(more.entities),
  }
}

let lastId = 0

/** A device that numbers its operations; what it sends can be sent again. */
export class ScriptedDevice {
  readonly id: string
  readonly tenant: string
  #lastSeq = 0

  constructor(id: string, tenant = 'acme') {
    this.id = id
    this.tenant = tenant
  }

  operation(change: Partial<Operation> & Pick<Operation, 'entityType' | 'operationType' | 'recordId'>): Operation {
    this.#lastSeq += 1
    return {
      operationId: nextOperationId(),
      deviceId: this.id,
      deviceSeq: this.#lastSeq,
      payload: {},
      baseVersion: null,
      clientUpdatedAt: new Date(startMs).toISOString(),
      tenantId: this.tenant,
      schemaVersion: 2,
      ...change,
    }
  }

  create(entityType: string, recordId: string, payload: Operation['payload'], more: Partial<Operation> = {}): Operation {
    return this.operation({ entityType, operationType: 'create', recordId, payload, ...more })
  }

  update(entityType: string, recordId: string, payload: Operation['payload'], more: Partial<Operation> = {}): Operation {
    return this.operation({ entityType, operationType: 'update', recordId, payload, ...more })
  }

  delete(entityType: string, recordId: string, more: Partial<Operation> = {}): Operation {
    return this.operation({ entityType, operationType: 'delete', recordId, ...more })
  }

  request(operations: readonly unknown[], more: Partial<SyncRequest> = {}): SyncRequest {
    return { deviceId: this.id, sentAt: new Date(startMs).toISOString(), ackedThrough: 0, operations: [...operations], ...more }
  }
}

/** Version 7 in form, rising. */
export function nextOperationId(): string {
  lastId += 1
  return `01900000-0000-7000-8000-${lastId.toString(16).padStart(12, '0')}`
}
