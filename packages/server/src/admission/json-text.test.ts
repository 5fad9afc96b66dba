import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createByteCursor } from './byte-cursor.ts'
import { skipJsonText } from './json-text.ts'

const encoder = new TextEncoder()

function isTaken(text: string, depthMax = 1000): boolean {
  const cursor = createByteCursor(encoder.encode(`${text},`))
  const end = cursor.end - 1
  skipJsonText(cursor, end, depthMax)
  return cursor.problem === undefined && cursor.position === end
}

/** The parser's verdict, and that nothing it made is infinite or named `__proto__`. */
function isParsed(text: string): boolean {
  try {
    let isPlain = true
    JSON.parse(text, (key, value: unknown) => {
      if (key === '__proto__' || value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) isPlain = false
      return value
    })
    return isPlain
  } catch {
    return false
  }
}

const pieces = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '"a"',
  '"\\n"',
  '"\\u00e9"',
  '"\\x"',
  '"\\u12g4"',
  'true',
  'nul',
  'null',
  '0',
  '-',
  '-0.5',
  '01',
  '1.',
  '1e5',
  '1E+',
  '2e-3',
  ' ',
  '\n',
  '\u00a0',
  'é',
  '\u0001',
  '"😀"',
]

test('[A4] JSON is taken exactly where JSON.parse takes it', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (parts) => {
      expect(isTaken(parts.join(''))).toBe(isParsed(parts.join('')))
    }),
    { numRuns: 5000 },
  )
})

test('[A4] what JSON.stringify writes is taken, and bent by one character exactly where it is JSON still', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 5 }),
      fc.nat(),
      fc.constantFrom(...pieces),
      fc.boolean(),
      (value, at, piece, isIndented) => {
        const text = JSON.stringify(value, undefined, isIndented ? 1 : 0)
        expect(isTaken(text)).toBe(isParsed(text))
        const bent = text.slice(0, at % (text.length + 1)) + piece + text.slice((at % (text.length + 1)) + 1)
        expect(isTaken(bent)).toBe(isParsed(bent))
      },
    ),
    { numRuns: 1000 },
  )
})

test('[A4, A5, A6] numbers that no double holds, deep values and keys named __proto__ are not taken', () => {
  expect(['1e308', '-1.7e+308', '1e-400', '9'.repeat(300)].filter((text) => !isTaken(text))).toEqual([])
  expect(['1e309', '-1e400', '9'.repeat(400)].filter((text) => isTaken(text))).toEqual([])
  expect(isTaken('[[{"a":[]}]]', 4)).toBe(true)
  expect(isTaken('[[{"a":[]}]]', 3)).toBe(false)
  expect(
    ['{"__proto__":1}', '{"a":{"__proto__" : 1}}', String.raw`{"\u005F_proto__":1}`].filter((text) => isTaken(text)),
  ).toEqual([])
  expect(['["__proto__"]', '{"__proto":1}', String.raw`{"\\__proto__":1}`].filter((text) => !isTaken(text))).toEqual([])
})
