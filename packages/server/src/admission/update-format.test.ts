import { limits } from '@rejoin/core'
import type { AnyEncodable } from 'lib0/encoding'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { admitUpdate, type Admission } from './admit-update.ts'
import { applyDelta, createKnownState } from './known-state.ts'
import {
  binary,
  deleted,
  embed,
  format,
  garbage,
  json,
  rawText,
  rawValues,
  sharedType,
  subdocument,
  text,
  values,
  type StructContent,
} from './testing/struct-contents.ts'
import { deletionOf, putTogether, updateOf } from './testing/update-model.ts'

const badFrame = { type: 'refused', code: 'BAD_FRAME', reason: expect.any(String) }

function admit(update: Uint8Array): Admission {
  return admitUpdate(createKnownState(), update, { canExtend: () => true, takePrefix: false, limits })
}

/** An update of one struct of client 1 from clock 0 in the root `text`. */
const holding = (content: StructContent) => updateOf(1, 0, content)
const bytes = (...list: readonly number[]) => Uint8Array.from(list)

describe('any bytes get a verdict', () => {
  test('[A1] random bytes are judged, and neither they nor the known state change', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (update) => {
        const known = createKnownState()
        const copy = Uint8Array.from(update)
        admitUpdate(known, update, { canExtend: () => true, takePrefix: true, limits })
        expect(known).toEqual(createKnownState())
        expect(update).toEqual(copy)
      }),
      { numRuns: 1000 },
    )
  })

  test('[A1] every truncation of an update is refused, and every byte of it can be bent without a throw', () => {
    const doc = new Y.Doc()
    doc.getText('text').insert(0, 'héllo 😀', { bold: true })
    doc.getMap('map').set('k', { a: [1, 'x', null, 1.5] })
    doc.getArray('array').insert(0, [new Y.Map(), Uint8Array.of(1, 2)])
    doc.getText('text').delete(1, 2)
    const update = Y.encodeStateAsUpdate(doc)
    for (let length = 0; length < update.length; length++) expect(admit(update.subarray(0, length))).toEqual(badFrame)
    for (let index = 0; index < update.length; index++) {
      for (let value = 0; value < 256; value += 5) admit(update.with(index, value))
    }
    expect(admit(update).type).toBe('accepted')
  })

  test('[A1] a refusal is one sentence and quotes no payload', () => {
    const admission = admit(updateOf(1, 0, { ...text('secret-canary'), parent: '__proto__' }))
    expect(admission).toEqual(badFrame)
    expect(JSON.stringify(admission)).not.toContain('secret-canary')
  })
})

describe('the envelope', () => {
  test.each([
    ['nothing at all', bytes()],
    ['a byte behind the end', bytes(0, 0, 0)],
    ['many bytes behind the end', Uint8Array.from([...holding(text('a')), ...new Uint8Array(1000)])],
    ['a number in a longer form than it needs', bytes(0x80, 0, 0)],
    ['a number in fourteen bytes', bytes(...Array.from({ length: 13 }, () => 0x80), 1, 0)],
    ['a number that does not end', bytes(0xff, 0xff)],
    ['a number beyond 2^53', bytes(0, 1, 1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1)],
    ['a client id of 2^53', bytes(0, 1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10, 1, 0, 1)],
    ['more clients than bytes', bytes(0xff, 0xff, 0xff, 0x7f, 0)],
    ['more structs than bytes', bytes(1, 0xff, 0xff, 0x7f, 1, 0, 0, 1, 0)],
    ['more clients in the delete set than bytes', bytes(0, 0xff, 0xff, 0x7f)],
    ['more ranges than bytes', bytes(0, 1, 1, 0xff, 0xff, 0x7f, 0, 1)],
    ['a version 2 update', Y.convertUpdateFormatV1ToV2(holding(text('hello')))],
  ])('[A2] %s is refused', (_name, update) => {
    expect(admit(update)).toEqual(badFrame)
  })

  test('[A2] the largest number there is is read, and a clock beyond it refused', () => {
    expect(admit(deletionOf(1, [Number.MAX_SAFE_INTEGER - 1, 1])).type).toBe('resync')
    expect(admit(deletionOf(1, [Number.MAX_SAFE_INTEGER, 1]))).toEqual(badFrame)
    expect(admit(updateOf(1, Number.MAX_SAFE_INTEGER, garbage(1)))).toEqual(badFrame)
  })

  test('[A2] a client listed twice is refused, among the structs and in the delete set', () => {
    const section = { client: 1, clock: 0, countShift: 0, structs: [{ ...text('a'), parent: 'text' }] }
    expect(admit(putTogether({ sections: [section, section], deletes: [] }))).toEqual(badFrame)
    const entry = { client: 1, ranges: [[0, 1] as [number, number]] }
    expect(admit(putTogether({ sections: [section], deletes: [entry, entry] }))).toEqual(badFrame)
  })

  test('[A2] a parent is a root or an id, and a kind has no flags it cannot have', () => {
    expect(admit(bytes(1, 1, 1, 0, 0x04, 2, 1, 0, 1, 97, 0))).toEqual(badFrame)
    expect(admit(bytes(1, 1, 1, 0, 0x80, 1, 0))).toEqual(badFrame)
    expect(admit(bytes(1, 1, 1, 0, 0x2a, 1, 0))).toEqual(badFrame)
  })
})

describe('strings', () => {
  test('[A3] clocks are counted in UTF-16 units', () => {
    for (const value of ['a', 'é', '€', '😀', 'a😀é€𝕏']) {
      expect(admit(holding(text(value)))).toMatchObject({ type: 'accepted', delta: { clocks: [[1, 0, value.length]] } })
    }
  })

  test('[A3] exactly the bytes that a strict decoder refuses are refused', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    const verdictOf = (list: readonly number[]) => {
      try {
        return { type: 'accepted', delta: { clocks: [[1, 0, decoder.decode(Uint8Array.from(list)).length]] } }
      } catch {
        return badFrame
      }
    }
    const edges = [
      0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4,
      0xf5, 0xff,
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...edges), { minLength: 1, maxLength: 5 }), (list) => {
        expect(admit(holding(rawText(list, 1)))).toMatchObject(verdictOf(list))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('contents', () => {
  test.each([
    ['deleted', deleted(3)],
    ['JSON', json('1', 'undefined', '{"a":[]}')],
    ['binary', binary(1, 2, 3)],
    ['text', text('abc')],
    ['embed', embed('{"image":"x"}')],
    ['format', format('bold', 'true')],
    ['a map', sharedType(1)],
    ['an XML element', sharedType(3, 'p')],
    ['an XML hook', sharedType(5, 'h')],
    ['values', values(undefined, null, -5, -0, 1.5, Math.PI, 2n, true, false, 'text', { a: [{}] }, [[]], Uint8Array.of(1))],
    ['a subdocument', subdocument('guid', { gc: false, autoLoad: true, meta: { a: 1 } })],
  ])('[A4] %s is accepted as Yjs writes it', (_name, content) => {
    const update = holding(content)
    const admission = admit(update)
    expect(admission).toMatchObject({ type: 'accepted', isWhole: true, delta: { clocks: [[1, 0, content.length]] } })
    const doc = new Y.Doc()
    Y.applyUpdate(doc, update)
    expect(Y.encodeStateVector(doc)).toEqual(bytes(1, 1, content.length))
  })

  test.each([
    ['an empty text', text('')],
    ['no values', values()],
    ['no JSON', json()],
    ['garbage of no length', garbage(0)],
    ['a deletion of no length', deleted(0)],
    ['an unknown kind', { ...text('a'), ref: 11 }],
    ['the highest kind', { ...text('a'), ref: 31 }],
    ['an unknown type', sharedType(7)],
    ['an XML element without a name', sharedType(3)],
    ['an unknown value', rawValues(1, [60])],
    ['a value that is missing', rawValues(2, [126])],
    ['a subdocument without options', subdocument('guid', null)],
    ['a subdocument with options that are no object', subdocument('guid', [1])],
    ['an embed that is not JSON', embed('{')],
    ['a format that is not JSON', format('bold', 'yes')],
    ['JSON that is not JSON', json('1', '')],
    ['a number that JSON cannot write back', embed('1e999')],
    ['JSON in invalid UTF-8', { ref: 5, length: 1, content: bytes(3, 0x22, 0xff, 0x22) }],
    ['old JSON in invalid UTF-8', { ref: 2, length: 1, content: bytes(1, 3, 0x22, 0xff, 0x22) }],
  ])('[A4] %s is refused', (_name, content) => {
    expect(admit(holding(content))).toEqual(badFrame)
  })

  test('[A4] a subdocument cannot choose what its reader does with it', () => {
    for (const options of [{ guid: 'other' }, { gcFilter: 1 }, { collectionid: 'x' }])
      expect(admit(holding(subdocument('guid', options)))).toEqual(badFrame)
  })
})

describe('depth', () => {
  const nest = (depth: number) =>
    rawValues(1, [...Array.from({ length: depth }, (_, level) => (level % 2 === 0 ? [117, 1] : [118, 1, 1, 97])).flat(), 126])

  test('[A5] a value may nest so deep and no deeper, in lists and in objects', () => {
    expect(admit(holding(nest(limits.valueDepthMax))).type).toBe('accepted')
    expect(admit(holding(nest(limits.valueDepthMax + 1)))).toEqual(badFrame)
    expect(admit(holding(nest(50_000)))).toEqual(badFrame)
    const jsonOf = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(admit(holding(embed(jsonOf(limits.valueDepthMax)))).type).toBe('accepted')
    expect(admit(holding(embed(jsonOf(limits.valueDepthMax + 1))))).toEqual(badFrame)
    expect(admit(holding(embed('['.repeat(1_000_000))))).toEqual(badFrame)
    expect(admit(holding(embed(JSON.stringify(`\\"${'['.repeat(100)}`)))).type).toBe('accepted')
  })
})

describe('__proto__', () => {
  test.each([
    ['a root', updateOf(1, 0, { ...text('a'), parent: '__proto__' })],
    ['a map key', updateOf(1, 0, { ...values(1), parent: 'map', parentSub: '__proto__' })],
    ['a format', holding(format('__proto__', 'true'))],
    ['an object key', holding(values([{ a: protoObject() }]))],
    ['a key of a subdocument', holding(subdocument('guid', { meta: protoObject() }))],
    ['a JSON key', holding(embed('{"__proto__":{"isAdmin":true}}'))],
    ['an escaped JSON key', holding(json(String.raw`[{"\u005f_proto__":1}]`))],
  ])('[A6] is refused as %s', (_name, update) => {
    expect(admit(update)).toEqual(badFrame)
  })

  test('[A6] keys like it are taken', () => {
    for (const key of ['__proto', '_proto__', 'constructor', 'prototype']) {
      expect(admit(updateOf(1, 0, { ...values({ [key]: 1 }), parent: 'map', parentSub: key })).type).toBe('accepted')
    }
  })
})

function protoObject(): Record<string, AnyEncodable> {
  return Object.defineProperty({}, '__proto__', { value: 1, enumerable: true })
}

test('[A1] judging an update twice gives the same answer, and an applied one is known', () => {
  const known = createKnownState()
  const update = holding(text('abc'))
  const rules = { canExtend: () => true, takePrefix: false, limits }
  const first = admitUpdate(known, update, rules)
  expect(admitUpdate(known, update, rules)).toEqual(first)
  if (first.type === 'accepted') applyDelta(known, first.delta)
  expect(admitUpdate(known, update, rules)).toEqual({ type: 'known' })
})
