import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { JsonConverter } from './json-converter.ts'
import { toJsonText } from './plain-json.ts'

function jsonOf(edit: (doc: Y.Doc) => void): unknown {
  const doc = new Y.Doc()
  edit(doc)
  return JSON.parse(toJsonText(Y.encodeStateAsUpdate(doc)))
}

test('[H4] every kind of root is told from its content', () => {
  const json = jsonOf((doc) => {
    doc.getMap('map').set('a', 1)
    doc.getArray('array').push(['a', { b: [true, null] }])
    doc.getText('text').insert(0, 'bold', { bold: true })
    doc.getXmlFragment('xml').push([new Y.XmlElement('p')])
    const shape = new Y.Map<unknown>([['kind', 'note']])
    shape.set('text', new Y.Text('inside'))
    doc.getMap('elements').set('e1', shape)
    doc.getArray('nested').push([new Y.Array()])
    doc.getMap('emptied').set('a', 1)
    doc.getMap('emptied').delete('a')
    doc.getText('erased').insert(0, 'x')
    doc.getText('erased').delete(0, 1)
  })
  expect(json).toEqual({
    map: { a: 1 },
    array: ['a', { b: [true, null] }],
    text: 'bold',
    xml: '<p></p>',
    elements: { e1: { kind: 'note', text: 'inside' } },
    nested: [[]],
    emptied: {},
    erased: null,
  })
})

test('[H4] what JSON lacks is written as something it has', () => {
  const json = jsonOf((doc) => {
    const map = doc.getMap('map')
    map.set('bytes', new Uint8Array([1, 2, 255]))
    map.set('big', 2n ** 60n)
    map.set('infinite', Infinity)
    map.set('undefined', undefined)
    map.set('subdocument', new Y.Doc({ guid: 'sub' }))
  })
  expect(json).toEqual({
    map: { bytes: 'AQL/', big: '1152921504606846976', infinite: null, undefined: null, subdocument: 'sub' },
  })
})

test('[H4] a key named like a prototype is data', () => {
  const text = (() => {
    const doc = new Y.Doc()
    const map = doc.getMap('__proto__')
    map.set('__proto__', { isAdmin: true })
    map.set('constructor', { prototype: 1 })
    return toJsonText(Y.encodeStateAsUpdate(doc))
  })()
  expect(text).toBe('{"__proto__":{"__proto__":{"isAdmin":true},"constructor":{"prototype":1}}}')
  expect('isAdmin' in {}).toBe(false)
})

test('[H4] nesting ends somewhere', () => {
  const doc = new Y.Doc()
  let inner = doc.getArray<unknown>('deep')
  for (let depth = 0; depth < 1_000; depth += 1) {
    const next = new Y.Array<unknown>()
    inner.push([next])
    inner = next
  }
  expect(toJsonText(Y.encodeStateAsUpdate(doc))).toBe(`{"deep":${'['.repeat(201)}null${']'.repeat(201)}}`)
})

describe('the converter', () => {
  const good = (() => {
    const doc = new Y.Doc()
    doc.getText('text').insert(0, 'hello')
    return Y.encodeStateAsUpdate(doc)
  })()

  test('[H4] goes on after a document that cannot be made', async () => {
    const failures: unknown[] = []
    const converter = new JsonConverter((error) => failures.push(error))
    const answers = await Promise.all([
      converter.convert(good),
      converter.convert(new Uint8Array([255, 255, 255])),
      converter.convert(good),
    ])
    expect(answers).toEqual([
      { type: 'done', answer: '{"text":"hello"}' },
      { type: 'failed' },
      { type: 'done', answer: '{"text":"hello"}' },
    ])
    expect(failures).toEqual([expect.any(Error)])
    expect(good.byteLength).toBeGreaterThan(0)
    await converter.close()
  })

  test('[H4] says so when too many wait', async () => {
    const converter = new JsonConverter(() => {})
    const answers = await Promise.all(Array.from({ length: 66 }, () => converter.convert(good)))
    expect(answers.filter(({ type }) => type === 'busy')).toHaveLength(2)
    await converter.close()
  })
})
