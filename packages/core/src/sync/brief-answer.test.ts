import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isJsonValue } from '../records/json-value.ts'
import { fromBriefAnswer, toBriefAnswer } from './brief-answer.ts'
import type { OperationResult } from './operation-result.ts'
import type { RecordRow } from './record-row.ts'
import { syncLimits } from './sync-limits.ts'
import { announcedLimitsSchema, syncResponseSchema, type SyncResponse } from './sync-response.ts'

const madeAt = '2026-11-21T10:00:00.000Z'
const judgedAt = '2026-11-21T10:00:01.000Z'
const idOf = (number: number): string => `0199a1b2-c3d4-7e5f-8a9b-${String(number).padStart(12, '0')}`

function createOf(number: number, more: Readonly<Record<string, unknown>> = {}) {
  return {
    operationId: idOf(number),
    operationType: 'create',
    entityType: 'product',
    recordId: `p${number}`,
    payload: { name: `Product ${number}`, tags: ['a', { b: null }] },
    clientUpdatedAt: madeAt,
    ...more,
  }
}

function rowOf(number: number, more: Partial<RecordRow> = {}): RecordRow {
  return {
    entityType: 'product',
    recordId: `p${number}`,
    version: 1,
    seq: 7,
    fields: { tags: ['a', { b: null }], name: `Product ${number}` },
    isDeleted: false,
    clientCreatedAt: madeAt,
    clientUpdatedAt: madeAt,
    serverCreatedAt: judgedAt,
    serverUpdatedAt: judgedAt,
    ...more,
  }
}

function resultOf(number: number, serverState?: RecordRow, more: Partial<OperationResult> = {}): OperationResult {
  const state = serverState === undefined ? {} : { serverState }
  return { operationId: idOf(number), status: 'applied', seq: 7, version: 1, ...more, ...state }
}

function answerOf(results: readonly OperationResult[], changes: readonly RecordRow[]): SyncResponse {
  const limits = announcedLimitsSchema.parse(syncLimits)
  const counts = { success: true, syncedCount: 0, conflictCount: 0, failedCount: 0 }
  const summary = { ...counts, conflicts: [], failedOperations: [], durationMs: 0, timestamp: judgedAt }
  const page = { changes: [...changes], checkpoint: 'c', hasMore: false, serverTime: judgedAt }
  return { results: [...results], ...page, limits, summary }
}

test('[SW5] a created row is told as its time, any other once', () => {
  const operations = [createOf(1), createOf(2), createOf(3, { operationType: 'update' })]
  const theirs = rowOf(9, { seq: 6 })
  const [first, second, third] = [rowOf(1), rowOf(2, { fields: { name: 'Amended' } }), rowOf(3, { version: 2 })]
  const full = answerOf(
    [resultOf(1, first), resultOf(2, second), resultOf(3, third, { version: 2 })],
    [theirs, first, second, third],
  )
  const brief = toBriefAnswer(operations, full)
  expect(brief.results).toEqual([
    resultOf(1, undefined, { createdAt: judgedAt }),
    resultOf(2, undefined, { isInChanges: true }),
    resultOf(3, undefined, { version: 2, isInChanges: true }),
  ])
  expect(brief.changes).toEqual([theirs, second, third])
  const read = fromBriefAnswer(operations, syncResponseSchema.parse(JSON.parse(JSON.stringify(brief))))
  expect(read?.results).toEqual(full.results)
  expect(new Set(read?.changes)).toEqual(new Set(full.changes))
})

test('[SW5] a row that two operations speak of is made once', () => {
  const row = rowOf(1)
  const operations = [createOf(1), createOf(2, { recordId: row.recordId, payload: row.fields })]
  const full = answerOf([resultOf(1, row), resultOf(2, row)], [row])
  const brief = toBriefAnswer(operations, full)
  expect(brief.results).toEqual([resultOf(1, undefined, { createdAt: judgedAt }), resultOf(2, undefined, { isInChanges: true })])
  expect(fromBriefAnswer(operations, brief)).toEqual(full)
})

test.each<readonly [string, RecordRow, RecordRow | undefined, Partial<OperationResult>]>([
  ['is not in this page', rowOf(1), undefined, {}],
  ['changed since, as the page says', rowOf(1), rowOf(1, { seq: 8, version: 2 }), {}],
  ['is about a record of another name', rowOf(2), rowOf(2), {}],
])('[SW5] a row that %s is told with the result', (_what, state, change, more) => {
  const full = answerOf([resultOf(1, state, more)], change === undefined ? [] : [change])
  expect(toBriefAnswer([createOf(1)], full)).toEqual(full)
})

test.each<readonly [string, SyncResponse, readonly unknown[]]>([
  ['a row created by an operation that was not sent', answerOf([resultOf(1, undefined, { createdAt: judgedAt })], []), []],
  [
    'a row created by an operation in another place',
    answerOf([resultOf(1, undefined, { createdAt: judgedAt })], []),
    [createOf(2)],
  ],
  [
    'a row created by an update',
    answerOf([resultOf(1, undefined, { createdAt: judgedAt })], []),
    [createOf(1, { operationType: 'update' })],
  ],
  [
    'a row created without a version',
    answerOf([{ operationId: idOf(1), status: 'applied', createdAt: judgedAt }], []),
    [createOf(1)],
  ],
  ['a change that is not there', answerOf([resultOf(1, undefined, { isInChanges: true })], []), [createOf(1)]],
])('[SW5] no answer: %s', (_what, answer, operations) => {
  expect(fromBriefAnswer(operations, answer)).toBeUndefined()
})

const isPlain = (value: unknown): boolean => isJsonValue(value)
const fieldsOf = fc.dictionary(
  fc.constantFrom('name', 'price', 'tags', 'note'),
  fc.jsonValue({ maxDepth: 2 }).map(asJson).filter(isPlain),
  { maxKeys: 3 },
)

/** As it is after its way over the wire. */
function asJson(value: unknown) {
  return JSON.parse(JSON.stringify(value))
}

const caseOf = fc.record({
  recordId: fc.constantFrom('a', 'b', 'c', 'd'),
  operationType: fc.constantFrom('create', 'update', 'delete'),
  payload: fieldsOf,
  state: fc.option(
    fc.record({
      isAsSent: fc.boolean(),
      fields: fieldsOf,
      version: fc.integer({ min: 1, max: 3 }),
      seq: fc.integer({ min: 1, max: 4 }),
      isDeleted: fc.boolean(),
      isInPage: fc.boolean(),
    }),
  ),
  clientUpdatedAt: fc.constantFrom(madeAt, '2026-11-21T10:00:00Z'),
  version: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
})

test('[SW5] whatever was asked and answered, read briefly it is what it was in full', () => {
  fc.assert(
    fc.property(fc.array(caseOf, { maxLength: 8 }), (cases) => {
      const operations = cases.map(({ recordId, operationType, payload, clientUpdatedAt }, number) =>
        createOf(number, { recordId, operationType, payload, clientUpdatedAt }),
      )
      const rowById = new Map<string, { readonly row: RecordRow; readonly isInPage: boolean }>()
      for (const { recordId, payload, state } of cases) {
        if (state === null) continue
        const { isAsSent, fields, version, seq, isDeleted, isInPage } = state
        rowById.set(recordId, {
          isInPage,
          row: rowOf(0, { recordId, version, seq, ...(isAsSent ? { fields: payload } : { fields, isDeleted }) }),
        })
      }
      const results = cases.map(({ recordId, version }, number): OperationResult => {
        const row = rowById.get(recordId)?.row
        const verdict = {
          operationId: idOf(number),
          status: 'applied' as const,
          ...(version !== undefined && { version, seq: 3 }),
        }
        return row === undefined ? verdict : { ...verdict, serverState: row }
      })
      const page = [...rowById.values()].flatMap(({ row, isInPage }) => (isInPage ? [row] : []))
      const full = answerOf(
        results,
        page.toSorted((left, right) => left.seq - right.seq),
      )
      const brief = asJson(toBriefAnswer(operations, full))
      const read = fromBriefAnswer(operations, syncResponseSchema.parse(brief))
      const sorted = (rows: readonly RecordRow[] = []) =>
        rows.toSorted((a, b) => a.seq - b.seq || (a.recordId < b.recordId ? -1 : 1))
      expect({ ...read, changes: sorted(read?.changes) }).toEqual({ ...full, changes: sorted(full.changes) })
      expect(read?.changes.map(({ seq }) => seq)).toEqual(full.changes.map(({ seq }) => seq))
    }),
  )
})
