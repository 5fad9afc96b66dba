import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gatherMeta } from './gathered-meta.ts'
import { MemoryTable, tableOf } from './memory-table.ts'
import type { RecordTables } from './record-database.ts'
import { tableSpecs } from './table-specs.ts'

type Meta = RecordTables['meta']

/** The table as it is gathered, over one that says what it was asked. */
async function gathered(rows: Readonly<Record<string, unknown>>) {
  const meta = storedMeta()
  for (const [key, value] of Object.entries(rows)) await meta.put({ key, value })
  const asked: string[] = []
  const watched: Meta = {
    ...meta,
    get: (key) => {
      asked.push(`get ${key}`)
      return meta.get(key)
    },
    range: (range) => {
      asked.push(`range ${String(range.from)} ${String(range.to)}`)
      return meta.range(range)
    },
    bulkPut: (rows) => {
      asked.push(`put ${rows.map(({ key }) => key).join(' ')}`)
      return meta.bulkPut(rows)
    },
    bulkDelete: (keys) => {
      asked.push(`delete ${keys.join(' ')}`)
      return meta.bulkDelete(keys)
    },
  }
  return { ...gatherMeta(watched), asked }
}

function storedMeta(): Meta {
  return tableOf(new MemoryTable(tableSpecs.meta), () => {})
}

test('[RD12] facts that lie together are read once and together, packs and runs by themselves', async () => {
  const { meta, asked } = await gathered({ fence: 1, device: 'd', sides: 'A', 'pack/1': 'large', runs: 'large' })
  const found = await Promise.all(['fence', 'device', 'checkpoint', 'sides'].map((key) => meta.get(key)))
  expect(found).toEqual([{ key: 'fence', value: 1 }, { key: 'device', value: 'd' }, undefined, { key: 'sides', value: 'A' }])
  expect(await meta.bulkGet(['times', 'fence'])).toEqual([undefined, { key: 'fence', value: 1 }])
  expect(asked).toEqual(['range checkpoint fence', 'range sent times'])
  expect(await meta.get('pack/1')).toEqual({ key: 'pack/1', value: 'large' })
  expect(await meta.get('runs')).toEqual({ key: 'runs', value: 'large' })
  expect(asked.slice(2)).toEqual(['get pack/1', 'get runs'])
})

test('[RD12] and written together, at the end', async () => {
  const { meta, flush, asked } = await gathered({ sent: 1, fence: 1 })
  await Promise.all([meta.put({ key: 'times', value: 2 }), meta.put({ key: 'fence', value: 2 }), meta.bulkDelete(['sent'])])
  await meta.put({ key: 'times', value: 3 })
  expect(await meta.bulkGet(['times', 'sent', 'fence'])).toEqual([
    { key: 'times', value: 3 },
    undefined,
    { key: 'fence', value: 2 },
  ])
  expect(asked).toEqual([])
  await meta.put({ key: 'pack/1', value: 'large' })
  await flush()
  expect(asked).toEqual(['put pack/1', 'put times fence', 'delete sent'])
})

const keyOf = fc.constantFrom(
  'backgroundRun',
  'checkpoint',
  'clock',
  'fence',
  'pack/1',
  'packs',
  'priorities',
  'runs',
  'sent',
  'times',
)
const stepOf = fc.oneof(
  fc.record({ do: fc.constant('get' as const), key: keyOf }),
  fc.record({ do: fc.constant('put' as const), key: keyOf, value: fc.nat(9) }),
  fc.record({ do: fc.constant('bulkPut' as const), keys: fc.array(keyOf), value: fc.nat(9) }),
  fc.record({ do: fc.constant('delete' as const), keys: fc.array(keyOf) }),
  fc.record({ do: fc.constant('clear' as const) }),
  fc.record({ do: fc.constantFrom('range' as const, 'keys' as const, 'count' as const) }),
)
type Step = typeof stepOf extends fc.Arbitrary<infer Each> ? Each : never

async function carryOut(meta: Meta, step: Step): Promise<unknown> {
  switch (step.do) {
    case 'get':
      return meta.get(step.key)
    case 'put':
      return meta.put({ key: step.key, value: step.value })
    case 'bulkPut':
      return meta.bulkPut(step.keys.map((key) => ({ key, value: step.value })))
    case 'delete':
      return meta.bulkDelete(step.keys)
    case 'clear':
      return meta.clear()
    case 'range':
    case 'keys':
    case 'count':
      return meta[step.do]({ from: 'clock', to: 'runs' })
  }
}

test('[RD12] whatever is done, what is read is what is stored', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepOf, { maxLength: 20 }), async (steps) => {
      const run = async (table: Meta) => {
        const seen: unknown[] = []
        for (const step of steps) seen.push(await carryOut(table, step))
        return seen
      }
      const [below, plain] = [storedMeta(), storedMeta()]
      const { meta, flush } = gatherMeta(below)
      expect(await run(meta)).toEqual(await run(plain))
      await flush()
      expect(await below.range({})).toEqual(await plain.range({}))
    }),
  )
})
