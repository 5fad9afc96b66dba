import { Buffer } from 'node:buffer'
import * as Y from 'yjs'

/** Deeper values are cut: no client's nesting may become our recursion. */
const depthMax = 200

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/**
 * The root types of a document as JSON text. Objects have no prototype while it is made: a key named `__proto__` is data.
 * Bytes become base64, big integers text, a subdocument its id; what JSON lacks becomes `null`.
 */
export function toJsonText(update: Uint8Array): string {
  const doc = new Y.Doc({ gc: true })
  try {
    Y.applyUpdate(doc, update)
    const roots = emptyObject()
    for (const name of doc.share.keys()) roots[name] = rootToJson(doc, name)
    return JSON.stringify(roots)
  } finally {
    doc.destroy()
  }
}

type SharedType = NonNullable<ReturnType<Y.Doc['share']['get']>>
type RootKind = 'map' | 'array' | 'text' | 'xml' | 'unknown'

/** An update does not say of which type a root is; its content does. */
function rootKindOf(type: SharedType): RootKind {
  for (let item = type._start; item !== null; item = item.right) {
    const { content } = item
    if (content instanceof Y.ContentString || content instanceof Y.ContentFormat || content instanceof Y.ContentEmbed)
      return 'text'
    if (content instanceof Y.ContentType) return isXml(content.type) ? 'xml' : 'array'
    if (!(content instanceof Y.ContentDeleted)) return 'array'
  }
  return type._map.size > 0 ? 'map' : 'unknown'
}

function isXml(type: SharedType): boolean {
  return type instanceof Y.XmlElement || type instanceof Y.XmlText || type instanceof Y.XmlHook
}

function rootToJson(doc: Y.Doc, name: string): Json {
  const root = doc.share.get(name)
  switch (root === undefined ? 'unknown' : rootKindOf(root)) {
    case 'map':
      return valueToJson(doc.getMap(name), 0)
    case 'array':
      return valueToJson(doc.getArray(name), 0)
    case 'text':
      return doc.getText(name).toJSON()
    case 'xml':
      return doc.getXmlFragment(name).toJSON()
    case 'unknown':
      return null
  }
}

/** Values deeper than `depthMax` below `depth` become `null`. */
export function valueToJson(value: unknown, depth: number): Json {
  if (depth > depthMax) return null
  if (value instanceof Y.AbstractType) return typeToJson(value, depth)
  if (value instanceof Y.Doc) return value.guid
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return value.map((item) => valueToJson(item, depth + 1))
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return value.toString()
  return typeof value === 'object' ? entriesToJson(Object.entries(value), depth) : null
}

function typeToJson(type: SharedType, depth: number): Json {
  if (type instanceof Y.Map) return entriesToJson(type.entries(), depth)
  if (type instanceof Y.Array) return type.toArray().map((item) => valueToJson(item, depth + 1))
  return type instanceof Y.Text || type instanceof Y.XmlFragment ? type.toJSON() : null
}

function entriesToJson(entries: Iterable<[string, unknown]>, depth: number): Json {
  const object = emptyObject()
  for (const [key, value] of entries) object[key] = valueToJson(value, depth + 1)
  return object
}

function emptyObject(): { [key: string]: Json } {
  return Object.create(null)
}
