import type { Operation, SyncRequest } from '@rejoin/core'
import { startMs } from './records-world.ts'

/** Operations of one request; a request is there as a whole or not at all. */
export const movementsPerRequest = 10

/** The n-th operation of a device, the same in every process: it books one piece. */
function scriptedMovement(device: string, deviceSeq: number): Operation {
  const place = `${device.codePointAt(0)?.toString(16).padStart(4, '0') ?? '0000'}${deviceSeq.toString(16).padStart(8, '0')}`
  return {
    operationId: `01900000-0000-7000-8000-${place}`,
    deviceId: device,
    deviceSeq,
    entityType: 'movement',
    operationType: 'create',
    recordId: `${device}-${deviceSeq}`,
    payload: { productId: 'p1', quantity: 1 },
    baseVersion: null,
    clientUpdatedAt: new Date(startMs).toISOString(),
    tenantId: 'acme',
    schemaVersion: 2,
  }
}

/** The request that begins with this number. */
export function scriptedRequest(device: string, firstSeq: number, more: Partial<SyncRequest> = {}): SyncRequest {
  const operations = Array.from({ length: movementsPerRequest }, (_, index) => scriptedMovement(device, firstSeq + index))
  return { deviceId: device, sentAt: new Date(startMs).toISOString(), ackedThrough: 0, operations, ...more }
}
