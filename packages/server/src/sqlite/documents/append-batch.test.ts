import { expect, test } from 'vitest'
import { AppendBatch } from './append-batch.ts'
import { PackedAppendsReader } from './packed-appends-reader.ts'
import { rowHeaderBytes, updatesIn } from './row-format.ts'
import { StringTable } from './string-table.ts'

test('[B5] a batch that has to grow carries every append unchanged', () => {
  const strings = new StringTable()
  const batch = new AppendBatch(strings)
  const requests = Array.from({ length: 1_500 }, (_, index) => ({
    document: `plan ${index % 7}`,
    generation: 'g-1',
    afterSeq: index,
    rows: Array.from({ length: index % 3 }, (_unused, row) => ({
      update: new Uint8Array(50 + row).fill(index),
      user: null,
      at: index,
    })),
    bindings: index % 100 === 0 ? [{ client: index, user: `user ${index}` }] : [],
  }))
  for (const request of requests) void batch.add('acme', request)
  const packed = batch.packed()
  const reader = new PackedAppendsReader(packed, packed.addedStrings)
  for (const { document, generation, afterSeq, rows, bindings } of requests) {
    const append = reader.nextAppend()
    expect(append).toMatchObject({
      tenant: 'acme',
      document,
      generation,
      afterSeq,
      rowCount: rows.length,
      bindingCount: bindings.length,
    })
    const bytes = packed.bytes.subarray(append?.offset, (append?.offset ?? 0) + (append?.byteLength ?? 0))
    expect(updatesIn(bytes).map((update) => update.slice())).toEqual(rows.map((row) => row.update))
    for (const binding of bindings) expect(reader.nextBinding()).toEqual(binding)
  }
  expect(reader.nextAppend()).toBeUndefined()
})

test('[B5] a batch that is packed stays as it is when its buffers are filled again', () => {
  const strings = new StringTable()
  const requestOf = (fill: number) => ({
    document: 'plan',
    generation: 'g-1',
    afterSeq: fill,
    rows: [{ update: new Uint8Array(100).fill(fill), user: null, at: fill }],
    bindings: [],
  })
  const first = new AppendBatch(strings)
  void first.add('acme', requestOf(1))
  const packed = first.packed()
  const before = structuredClone({ numbers: packed.numbers, bytes: packed.bytes })
  const second = new AppendBatch(strings, first.spare)
  void second.add('acme', requestOf(2))
  expect({ numbers: packed.numbers, bytes: packed.bytes }).toEqual(before)
  expect(packed.bytes).toHaveLength(rowHeaderBytes + 100)
})

test('[B5] a string is carried once, and again after both sides have forgotten', () => {
  const strings = new StringTable()
  const request = { document: 'plan', generation: 'g-1', afterSeq: 0, rows: [], bindings: [] }
  const addedBy = (tenant: string): readonly unknown[] => {
    const batch = new AppendBatch(strings)
    void batch.add(tenant, request)
    const { addedStrings, forgetStrings } = batch.packed()
    return [addedStrings, forgetStrings]
  }
  expect(addedBy('acme')).toEqual([['acme', 'plan', 'g-1'], false])
  expect(addedBy('other')).toEqual([['other'], false])
  for (let filler = 0; filler < 50_000; filler++) strings.numberOf(`filler ${filler}`)
  strings.takeAdded()
  expect(addedBy('acme')).toEqual([['acme', 'plan', 'g-1'], true])
})

test('[B24] bytes that are no rows are found out', () => {
  const row = new Uint8Array(rowHeaderBytes)
  expect(() => updatesIn(row.subarray(3))).toThrow('ends beyond')
  row[0] = 9
  expect(() => updatesIn(row)).toThrow('unknown codec 9')
  const tooLong = new Uint8Array(rowHeaderBytes)
  tooLong[rowHeaderBytes - 4] = 1
  expect(() => updatesIn(tooLong)).toThrow('ends beyond')
})
