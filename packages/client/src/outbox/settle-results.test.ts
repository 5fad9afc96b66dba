import { resultCodeTable, type OperationResult, type RecordRow, type ResultCode } from '@rejoin/core'
import { expect, test } from 'vitest'
import { sampleEntry } from '../testing/sample-entry.ts'
import { judgeResult } from './settle-results.ts'

const { operation } = sampleEntry(1, { operation: { payload: { name: 'Beet', note: 'red' } } })
const create = { ...operation, operationType: 'create' } as const
const judge = (result: Omit<OperationResult, 'operationId'>, of: typeof operation = operation) =>
  judgeResult(of, { operationId: of.operationId, ...result })
const settled = { type: 'settled', appliedVersion: undefined, notice: undefined, isCreateLost: false }

test('[ST1] applied settles with its version, merged without a word', () => {
  expect(judge({ status: 'applied', version: 4 })).toEqual({ ...settled, appliedVersion: 4 })
  expect(judge({ status: 'merged', version: 4 })).toEqual(settled)
})

test('[ST1] a duplicate is what it was the first time', () => {
  expect(judge({ status: 'duplicate', first: { status: 'applied', version: 2 }, version: 9 })).toEqual({
    ...settled,
    appliedVersion: 2,
  })
  expect(judge({ status: 'duplicate', first: { status: 'rejected', code: 'FORBIDDEN' } })).toMatchObject({
    notice: { kind: 'rejected', code: 'FORBIDDEN' },
  })
})

test('[ST11] a duplicate of nothing that the server remembers is a number that a copy of this device used up, never done', () => {
  expect(judge({ status: 'duplicate' })).toEqual({ type: 'forked' })
  expect(judge({ status: 'duplicate' }, create)).toEqual({ type: 'forked' })
})

test('[ST2] a conflict that the policy settled is told where fields were lost, and only there', () => {
  expect(judge({ status: 'conflictResolved', code: 'CONFLICT_RESOLVED', lostFields: [] })).toEqual(settled)
  expect(
    judge({ status: 'conflictResolved', code: 'CONFLICT_RESOLVED', lostFields: ['name'], message: 'Ann was later.' }),
  ).toEqual({
    ...settled,
    notice: { kind: 'overruled', code: 'CONFLICT_RESOLVED', message: 'Ann was later.', lostFields: ['name'] },
  })
})

test('[ST2] of a lost answer the lost fields are those that hold something else', () => {
  const row: RecordRow = {
    entityType: 'product',
    recordId: 'p1',
    version: 3,
    seq: 3,
    fields: { name: 'Leek', note: 'red' },
    isDeleted: false,
    clientCreatedAt: '',
    clientUpdatedAt: '',
    serverCreatedAt: '',
    serverUpdatedAt: '',
  }
  const result = { status: 'duplicate', first: { status: 'conflictResolved' } } as const
  expect(judge({ ...result, serverState: row })).toMatchObject({ notice: { kind: 'overruled', lostFields: ['name'] } })
  expect(judge({ ...result, serverState: { ...row, fields: { name: 'Beet', note: 'red' } } })).toEqual(settled)
})

test('[ST3] every code of the table has its verdict, and a sentence of its own where the server sends none', () => {
  const typeByCode = Object.fromEntries(
    Object.keys(resultCodeTable).map((code) => [code, judge({ status: 'rejected', code: code as ResultCode }).type]),
  )
  const { RATE_LIMITED, DEVICE_FORKED, UPGRADE_REQUIRED, INTERNAL, ...permanent } = typeByCode
  expect([RATE_LIMITED, DEVICE_FORKED, UPGRADE_REQUIRED, INTERNAL]).toEqual(['later', 'forked', 'upgradeRequired', 'attempt'])
  expect(new Set(Object.values(permanent))).toEqual(new Set(['settled']))
  expect(judge({ status: 'conflict', code: 'CONFLICT' })).toEqual({
    ...settled,
    notice: {
      kind: 'conflict',
      code: 'CONFLICT',
      message: 'Somebody changed it meanwhile; the version on the server was kept.',
      lostFields: [],
    },
  })
})

test('[ST4] a create is lost unless its record is there', () => {
  expect(judge({ status: 'rejected', code: 'VALIDATION_ERROR' }, create)).toMatchObject({ isCreateLost: true })
  expect(judge({ status: 'conflict', code: 'DELETED' }, create)).toMatchObject({ isCreateLost: true })
  expect(judge({ status: 'conflict', code: 'ALREADY_EXISTS' }, create)).toMatchObject({ isCreateLost: false })
  expect(judge({ status: 'rejected', code: 'NOT_FOUND' })).toMatchObject({ isCreateLost: false })
})

test('[ST2] of a record that is gone, tombstone and all, everything that a repeat does not vouch for is shown', () => {
  const judged = judge({ status: 'duplicate', first: { status: 'conflictResolved', code: 'CONFLICT_RESOLVED' } })
  expect(judged).toMatchObject({ type: 'settled', notice: { kind: 'overruled', lostFields: ['name', 'note'] } })
})
