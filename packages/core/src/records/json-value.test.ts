import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, isJsonObject, isJsonValue, isSameJson, type JsonValue } from './json-value.ts'

const json = fc
  .jsonValue({ noUnicodeString: false })
  .map((value): unknown => value)
  .filter((value): value is JsonValue => isJsonValue(value))

test('[SC8] plain JSON is told from everything else', () => {
  const own = (text: string): unknown => JSON.parse(text)
  expect(
    [null, 0, -1.5, '', true, [], {}, { a: [{ b: null }] }, Object.create(null)].map((value) => isJsonValue(value)),
  ).not.toContain(false)
  const odd = [
    undefined,
    Number.NaN,
    Infinity,
    1n,
    () => 0,
    Symbol('a'),
    new Date(0),
    new Map(),
    new Uint8Array(1),
    { a: undefined },
  ]
  expect(odd.map((value) => isJsonValue(value))).not.toContain(true)
  expect(['{"__proto__":1}', '{"a":{"constructor":1}}', '[{"prototype":0}]'].map((text) => isJsonValue(own(text)))).toEqual([
    false,
    false,
    false,
  ])
  expect([isJsonObject({}), isJsonObject([]), isJsonObject(null)]).toEqual([true, false, false])
})

test('[SC8] a value nests at most 32 deep, and a deeper one costs no stack', () => {
  const nest = (depth: number) => Array.from({ length: depth }).reduce<unknown>((inside) => [inside], 0)
  expect([isJsonValue(nest(32)), isJsonValue(nest(33)), isJsonValue(nest(100_000))]).toEqual([true, false, false])
})

test('[SC9] canonical JSON is the same for equal values and differs for others, whatever the order of keys', () => {
  const shuffled = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map((item: JsonValue) => shuffled(item))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, member]): [string, JsonValue] => [key, shuffled(member)])
        .toReversed(),
    )
  }
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(canonicalJson(shuffled(a))).toBe(canonicalJson(a))
      expect(JSON.parse(canonicalJson(a))).toEqual(JSON.parse(JSON.stringify(a)))
      expect(isSameJson(a, shuffled(a))).toBe(true)
      expect(isSameJson(a, b)).toBe(canonicalJson(a) === canonicalJson(b))
    }),
  )
})
