import type { SeededRandom } from '@rejoin/core/testing'
import * as Y from 'yjs'

/**
 * One edit as an app would make it, over every kind of shared type. No surrogate pairs: positions are random, and Yjs itself
 * does not converge where people edit between the halves of a pair.
 */
export function editAtRandom(doc: Y.Doc, random: SeededRandom): void {
  const edits = [editText, editMap, editArray, editXml, editNested, editTogether]
  random.pick(edits)(doc, random)
}

function editText(doc: Y.Doc, random: SeededRandom): void {
  const text = doc.getText('text')
  const at = random.below(text.length + 1)
  const length = Math.min(1 + random.below(4), text.length - at)
  const kind = random.below(6)
  if (kind === 0 && length > 0) text.delete(at, length)
  else if (kind === 1 && length > 0)
    text.format(at, length, { bold: random.pick([true, null]), color: random.pick(['red', null]) })
  else if (kind === 2) text.insertEmbed(at, { image: 'x' })
  else if (kind === 3) text.insert(text.length, 'typing')
  else text.insert(at, random.pick(['a', 'bc', 'word ', '€', 'é']))
}

function editMap(doc: Y.Doc, random: SeededRandom): void {
  const map = doc.getMap('map')
  const key = random.pick(['a', 'b', 'c'])
  const kind = random.below(4)
  if (kind === 0) map.delete(key)
  else if (kind === 1) map.set(key, random.pick([new Y.Map([['k', 1]]), new Y.Text('nested'), new Y.Array()]))
  else map.set(key, random.pick([1, -0, 2 ** 40, 'v', false, [1, 2], { deep: { er: [true] } }]))
}

function editArray(doc: Y.Doc, random: SeededRandom): void {
  const array = doc.getArray('array')
  const at = random.below(array.length + 1)
  const kind = random.below(4)
  if (kind === 0 && at < array.length) array.delete(at, 1)
  else if (kind === 1) array.insert(at, [new Y.Map([['n', random.below(9)]])])
  else if (kind === 2) array.push([Uint8Array.of(1, 2), new Y.Doc({ guid: 'subdocument' })])
  else array.insert(at, [random.below(9), 'x', true])
}

function editXml(doc: Y.Doc, random: SeededRandom): void {
  const xml = doc.getXmlFragment('xml')
  const at = random.below(xml.length + 1)
  const child = at < xml.length ? xml.get(at) : undefined
  const kind = random.below(4)
  if (child === undefined || kind === 0) xml.insert(at, [random.pick([new Y.XmlElement('p'), new Y.XmlText('t')])])
  else if (kind === 1) xml.delete(at, 1)
  else if (child instanceof Y.XmlElement) {
    child.setAttribute('class', `c${random.below(3)}`)
    child.insert(0, [new Y.XmlText('inside')])
  } else if (child instanceof Y.XmlText) child.insert(0, 'more')
}

function editNested(doc: Y.Doc, random: SeededRandom): void {
  for (const value of doc.getMap('map').values()) {
    if (value instanceof Y.Text) value.insert(random.below(value.length + 1), 'in')
    else if (value instanceof Y.Array) value.push([random.below(9)])
    else if (value instanceof Y.Map) value.set('k', random.chance(0.3) ? new Y.Map([['deeper', 1]]) : random.below(9))
  }
}

function editTogether(doc: Y.Doc, random: SeededRandom): void {
  doc.transact(() => {
    editText(doc, random)
    editMap(doc, random)
    editArray(doc, random)
  })
}
