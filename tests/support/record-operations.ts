import { syncResponseSchema, type Operation, type SyncResponse } from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import type { RunningServer } from './start-server.ts'

/** The records of the demo: what a server is started with here. */
export const demoSchemaFlags = ['--schema', 'apps/demo/src/schema.ts'] as const

export type Change = Pick<Operation, 'entityType' | 'operationType' | 'recordId'> & Partial<Operation>

/** Numbers operations as a device does. */
export interface OperationMaker {
  readonly deviceId: string
  next(change: Change): Operation
}

export function createOperationMaker(deviceId: string, random: SeededRandom, tenantId = 'default'): OperationMaker {
  let deviceSeq = 0
  return {
    deviceId,
    next: (change) => ({
      operationId: randomUuid(random),
      deviceId,
      deviceSeq: ++deviceSeq,
      payload: {},
      baseVersion: null,
      clientUpdatedAt: new Date().toISOString(),
      tenantId,
      schemaVersion: 1,
      ...change,
    }),
  }
}

function randomUuid(random: SeededRandom): string {
  const hex = Array.from({ length: 32 }, () => random.below(16).toString(16)).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}

export interface PushOptions {
  readonly operations: readonly unknown[]
  readonly deviceId: string
  readonly checkpoint?: string
  readonly ackedThrough?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** `POST /api/sync`, as any program would. */
export function push(
  server: Pick<RunningServer, 'url'>,
  { operations, deviceId, headers, ...options }: PushOptions,
): Promise<Response> {
  return fetch(`${server.url}/api/sync`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ deviceId, sentAt: new Date().toISOString(), ackedThrough: 0, ...options, operations }),
  })
}

/** A push that the server must take. */
export async function pushed(server: Pick<RunningServer, 'url'>, options: PushOptions): Promise<SyncResponse> {
  const response = await push(server, options)
  if (response.status !== 200) throw new Error(`a push was answered with ${response.status}: ${await response.text()}`)
  return syncResponseSchema.parse(await response.json())
}
