import type { MetaRow, OutboxRow } from '../record-database/record-rows.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { assert, assertEqual, assertRejects } from './contract-checks.ts'
import { packedRowCases } from './packed-row-cases.ts'
import type { RecordDatabaseCase, RecordPlace } from './record-database-case.ts'

const fact = (key: string, value: unknown): MetaRow => ({ key, value })
const keysOf = (rows: readonly unknown[]): unknown[] =>
  rows.map((row) => (typeof row === 'object' && row !== null ? Object.values(row)[0] : row))

/** A row of the outbox, with the index facts that a case is about. */
function sampleRow(entryId: number, facts: Partial<OutboxRow> = {}): OutboxRow {
  const recordId = `r${entryId}`
  const operation = {
    operationId: `018f0000-0000-7000-8000-${String(entryId).padStart(12, '0')}`,
    deviceId: 'device',
    deviceSeq: entryId,
    entityType: 'product',
    operationType: 'create' as const,
    recordId,
    payload: {},
    baseVersion: null,
    clientUpdatedAt: '2026-11-21T00:00:00.000Z',
    schemaVersion: 1,
  }
  const recordKey = `product/${recordId}`
  return {
    entryId,
    kind: 'operation',
    operation,
    state: 'ready',
    lanes: [recordKey],
    score: 50,
    attempts: 0,
    createdAt: 0,
    recordKey,
    lot: 'free',
    order: -50,
    ...facts,
  }
}

/** What every record database has to do. */
export const recordDatabaseCases: readonly RecordDatabaseCase[] = [
  {
    title: '[RD1] a transaction is kept whole, for this tab, another one and after a reload',
    run: async ({ open }) => {
      const [database, other] = [await open(), await open()]
      const given = await database.transaction('write', async ({ meta, outbox }) => {
        await meta.put(fact('a', 1))
        await outbox.put(sampleRow(1))
        return 'given back'
      })
      assertEqual(given, 'given back', 'what the work resolved with')
      const found = await other.transaction('read', async ({ meta, outbox }) => [await meta.get('a'), await outbox.get(1)])
      assertEqual(found, [fact('a', 1), sampleRow(1)], 'rows in another tab')
      await Promise.all([database.close(), other.close()])
      const reloaded = await open()
      const rows = await reloaded.transaction('read', async ({ meta, outbox }) => [await meta.get('a'), await outbox.get(1)])
      assertEqual(rows, [fact('a', 1), sampleRow(1)], 'rows after a reload')
      await reloaded.close()
    },
  },
  {
    title: '[RD1] a transaction holds however much is awaited between two calls of its tables',
    run: async ({ open }) => {
      const database = await open()
      await database.transaction('write', async ({ meta }) => {
        await meta.get('a')
        for (let turn = 0; turn < 1_000; turn += 1) await Promise.resolve()
        await meta.put(fact('a', 1))
      })
      const found = await database.transaction('read', ({ meta }) => meta.get('a'))
      assertEqual(found, fact('a', 1), 'the row')
      await database.close()
    },
  },
  {
    title: '[RD1] of a transaction whose work throws nothing is kept, and what was thrown comes out as it was',
    run: async ({ open }) => {
      const database = await open()
      const troubles: unknown[] = []
      database.onTrouble((trouble) => troubles.push(trouble))
      await database.transaction('write', ({ meta }) => meta.put(fact('a', 1)))
      const thrown = new RangeError('changed my mind')
      const [outcome] = await Promise.allSettled([
        database.transaction('write', async ({ meta, outbox }) => {
          await meta.put(fact('a', 2))
          await meta.put(fact('b', 2))
          await outbox.bulkPut([sampleRow(1), sampleRow(2)])
          throw thrown
        }),
      ])
      assert(outcome.status === 'rejected' && outcome.reason === thrown, 'the error is the one that was thrown')
      const rows = await database.transaction('read', async ({ meta, outbox }) => [
        await meta.bulkGet(['a', 'b']),
        await outbox.count({}),
      ])
      assertEqual(rows, [[fact('a', 1), undefined], 0], 'rows')
      assertEqual(troubles, [], 'troubles')
      await database.close()
    },
  },
  {
    title: '[RD2] transactions of all tabs take place one after another',
    run: async ({ open }) => {
      const tabs = [await open(), await open(), await open()]
      const increment = (database: RecordDatabase): Promise<void> =>
        database.transaction('write', async ({ meta }) => {
          const row = await meta.get('count')
          const count = typeof row === 'object' && row !== null && 'value' in row ? Number(row.value) : 0
          await meta.put(fact('count', count + 1))
        })
      await Promise.all(Array.from({ length: 30 }, (_, index) => increment(tabs[index % 3] ?? assertTab())))
      const [first] = tabs
      assertEqual(await first?.transaction('read', ({ meta }) => meta.get('count')), fact('count', 30), 'the count')
      await Promise.all(tabs.map((tab) => tab.close()))
    },
  },
  {
    title: '[RD3] rows come in the order of an index, then of their key, between two ends',
    run: async ({ open }) => {
      const database = await open()
      await database.transaction('write', ({ outbox }) =>
        outbox.bulkPut([
          sampleRow(1, { lot: 'free', order: -50 }),
          sampleRow(2, { lot: 'free', order: -100 }),
          sampleRow(3, { lot: 'sent', order: 0, waitsOn: ['x', 'y'] }),
          sampleRow(4, { lot: 'free', order: -100, waitsOn: ['y'] }),
          sampleRow(5, { lot: 'sent', order: 700 }),
          sampleRow(10, { lot: 'waiting', order: 0 }),
        ]),
      )
      const index = '[lot+order]'
      const ranges = await database.transaction('read', async ({ outbox }) => [
        await outbox.range({}),
        await outbox.range({ from: 2, isFromOpen: true, to: 5, isToOpen: true }),
        await outbox.range({ limit: 2 }),
        await outbox.range({ index, from: ['free', -Infinity], to: ['free', Infinity] }),
        await outbox.range({ index, from: ['sent', 0], isFromOpen: true, to: ['sent', Infinity] }),
        await outbox.range({ index: 'waitsOn', from: 'y', to: 'y' }),
        await outbox.range({ index: 'operation.deviceSeq', from: 5 }),
        await outbox.range({ index: 'recordKey', from: 'product/', to: 'product0', isToOpen: true }),
        await outbox.range({ from: 3, isFromOpen: true, to: 3 }),
        await outbox.range({ from: 3, to: 3, isToOpen: true }),
        await outbox.range({ from: 4, isFromOpen: true, to: 3 }),
        await outbox.range({ index: 'operation.groupId', from: 'none', to: 'none' }),
      ])
      assertEqual(
        ranges.map(keysOf),
        [[1, 2, 3, 4, 5, 10], [3, 4], [1, 2], [2, 4, 1], [5], [3, 4], [5, 10], [1, 10, 2, 3, 4, 5], [], [], [], []],
        'keys',
      )
      const counts = await database.transaction('read', ({ outbox }) =>
        Promise.all([
          outbox.count({}),
          outbox.count({ index, from: ['free', -Infinity], to: ['free', Infinity] }),
          outbox.count({ index, from: ['sent', 0], to: ['sent', 699] }),
        ]),
      )
      assertEqual(counts, [6, 3, 1], 'counts')
      await database.close()
    },
  },
  {
    title: '[RD3] indexes follow what is changed and deleted',
    run: async ({ open }) => {
      const database = await open()
      await database.transaction('write', async ({ outbox, confirmedA }) => {
        await outbox.bulkPut([sampleRow(1, { waitsOn: ['x'] }), sampleRow(2, { waitsOn: ['x'] }), sampleRow(3)])
        await outbox.put(sampleRow(1, { waitsOn: ['y'] }))
        await outbox.bulkDelete([2, 99])
        await confirmedA.clear()
      })
      const found = await database.transaction('read', ({ outbox }) =>
        Promise.all([
          outbox.range({ index: 'waitsOn', from: 'x', to: 'x' }),
          outbox.range({ index: 'waitsOn', from: 'y', to: 'y' }),
          outbox.range({}),
        ]),
      )
      assertEqual(found.map(keysOf), [[], [1], [1, 3]], 'keys')
      await database.transaction('write', ({ outbox }) => outbox.clear())
      assertEqual(await database.transaction('read', ({ outbox }) => outbox.count({})), 0, 'rows after clearing')
      await database.close()
    },
  },
  {
    title: '[RD4] who reads live is told at once, and again after a change from whatever tab',
    run: async ({ open }) => {
      const [database, other] = [await open(), await open()]
      const answers = collect<number>()
      const stop = database.live(({ outbox }) => outbox.count({}), answers.add)
      await answers.reached((count) => count === 0)
      await database.transaction('write', ({ outbox }) => outbox.put(sampleRow(1)))
      await answers.reached((count) => count === 1)
      await other.transaction('write', ({ outbox }) => outbox.put(sampleRow(2)))
      await answers.reached((count) => count === 2)
      stop()
      await Promise.all([database.close(), other.close()])
    },
  },
  {
    title: '[RD4] a stretch that is read live is told of what comes into it, changes in it and leaves it',
    run: async ({ open }) => {
      const database = await open()
      const answers = collect<unknown>()
      const index = '[lot+order]'
      const stop = database.live(
        async ({ outbox }) =>
          (await outbox.range({ index, from: ['free', -100], to: ['free', 0] })).map((row) =>
            typeof row === 'object' && row !== null && 'attempts' in row ? row.attempts : undefined,
          ),
        answers.add,
      )
      const isNow = (expected: readonly number[]) =>
        answers.reached((answer) => JSON.stringify(answer) === JSON.stringify(expected))
      await isNow([])
      const write = (row: OutboxRow) => database.transaction('write', ({ outbox }) => outbox.put(row))
      await write(sampleRow(1))
      await isNow([0])
      await write(sampleRow(1, { attempts: 3 }))
      await isNow([3])
      await write(sampleRow(2, { attempts: 5 }))
      await isNow([3, 5])
      await write(sampleRow(1, { lot: 'sent', order: 0 }))
      await isNow([5])
      await database.transaction('write', ({ outbox }) => outbox.bulkDelete([2]))
      await isNow([])
      stop()
      await database.close()
    },
  },
  {
    title: '[RD4] who observes tables hears of their changes, from whatever tab, and of no others',
    run: async ({ open }) => {
      const [database, other] = [await open(), await open()]
      // Making the database is a change of all its tables.
      await other.transaction('read', ({ meta }) => meta.get('a'))
      const heard = collect<string>()
      database.observe(['outbox'], () => heard.add('outbox'))
      database.observe(['attention'], () => heard.add('attention'))
      const stop = database.observe(['outbox'], () => heard.add('stopped'))
      stop()
      await database.transaction('write', ({ meta }) => meta.put(fact('a', 1)))
      await other.transaction('write', ({ outbox }) => outbox.put(sampleRow(1)))
      await heard.reached((table) => table === 'outbox')
      assertEqual([...new Set(heard.all)], ['outbox'], 'heard')
      await Promise.all([database.close(), other.close()])
    },
  },
  {
    title: '[RD5] close finishes what was called before; what is called later rejects',
    run: async ({ open }) => {
      const database = await open()
      const written = database.transaction('write', ({ meta }) => meta.put(fact('last', 'words')))
      await database.close()
      await written
      await assertRejects(
        database.transaction('read', ({ meta }) => meta.get('last')),
        'closed',
      )
      const reloaded = await open()
      assertEqual(await reloaded.transaction('read', ({ meta }) => meta.get('last')), fact('last', 'words'), 'the row')
      await reloaded.close()
    },
  },
  ...packedRowCases,
]

/** Registers the cases with a test runner (`test` of vitest, or anything of that shape in a browser page). */
export function runRecordDatabaseContract(
  test: (title: string, run: () => Promise<void>) => void,
  createPlace: () => RecordPlace,
): void {
  for (const { title, run } of recordDatabaseCases) test(title, () => run(createPlace()))
}

/** Answers as they come, to be waited for. */
function collect<T>(): {
  readonly all: T[]
  readonly add: (value: T) => void
  reached(isIt: (value: T) => boolean): Promise<void>
} {
  const all: T[] = []
  const waiting = new Set<() => void>()
  return {
    all,
    add: (value) => {
      all.push(value)
      for (const look of waiting) look()
    },
    reached: (isIt) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = (): void => {
        const last = all.at(-1)
        if (last !== undefined && isIt(last)) resolve()
      }
      waiting.add(look)
      look()
      return promise
    },
  }
}

function assertTab(): never {
  throw new Error('there is such a tab')
}
