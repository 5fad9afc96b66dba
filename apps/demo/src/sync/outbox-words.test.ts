import type { OperationEntry } from '@rejoin/client'
import { expect, test } from 'vitest'
import { sampleOperation } from '../stock/testing/sample-records.ts'
import { describeOutboxEntry } from './outbox-words.ts'

const now = 10_000_000
const nameOf = (_entityType: string, recordId: string) => (recordId === 'salt' ? 'Salt' : undefined)
const describe = (parts: Partial<OperationEntry>, operation: Partial<OperationEntry['operation']> = {}) =>
  describeOutboxEntry(
    {
      entryId: 1,
      kind: 'operation',
      operation: { ...sampleOperation, ...operation },
      state: 'ready',
      lanes: ['product/salt'],
      score: 0,
      attempts: 0,
      createdAt: now - 120_000,
      ...parts,
    },
    nameOf,
    now,
  )

test('[SK8] what an entry does, and to what', () => {
  expect(describe({}).title).toBe('Change price of product Salt')
  expect(describe({}, { payload: { name: 'Sea salt', quantity: 3 } }).title).toBe('Change name and target of product Sea salt')
  expect(describe({}, { operationType: 'delete', payload: {} }).title).toBe('Delete product Salt')
  const created = {
    operationType: 'create',
    entityType: 'recipe',
    recordId: 'r',
    payload: { title: 'Borscht', body: '' },
  } as const
  expect(describe({}, created).title).toBe('Create recipe Borscht')
  const moved = { operationType: 'create', entityType: 'stockMovement', recordId: 'm' } as const
  expect(describe({}, { ...moved, payload: { productId: 'salt', quantity: -3, note: '' } }).title).toBe('−3 Salt')
  expect(describe({}, { ...moved, payload: { productId: 'p', quantity: 3, note: '' } }).title).toBe('+3 of a product')
  expect(describe({}, { operationType: 'create', entityType: 'voucher', recordId: 'v', payload: {} }).title).toBe(
    'Create voucher',
  )
})

test('[SK8] why it still waits', () => {
  expect(describe({}).detail).toBe('Waits to be sent. Made 2 min ago.')
  expect(describe({ nextRetryAt: now + 5_000 }).detail).toBe('Sent again shortly. Made 2 min ago.')
  expect(describe({ state: 'sent', attempts: 1 }).detail).toBe('Sent, no answer yet. Made 2 min ago.')
  expect(describe({ state: 'failed', attempts: 5, lastError: 'The server failed over it.' }).detail).toBe(
    'Tried 5 times. The server failed over it. Made 2 min ago.',
  )
  expect(describe({ state: 'parked', parkedFor: 'its product was refused' }).detail).toBe(
    'Held back: its product was refused. Made 2 min ago.',
  )
})
