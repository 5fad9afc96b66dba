import { createHash } from 'node:crypto'
import * as Y from 'yjs'

/** Text is gathered to this many characters before it goes into the hash: one call per character would dominate. */
const pieceCharactersMax = 64 * 1024

type SharedType = NonNullable<ReturnType<Y.Doc['share']['get']>>

/**
 * SHA-256 over what a document holds: state vector, delete set, and for each root type its items in list order with their ids and
 * content. Two replicas of equal content have equal digests, however their items were split or merged; equal state vectors alone
 * prove nothing (research/reliability.md 0.8).
 */
export function contentDigest(document: Y.Doc): string {
  const hash = createHash('sha256')
  hash.update(Y.encodeSnapshot(Y.snapshot(document)))
  const writer = new DigestWriter(hash)
  for (const name of [...document.share.keys()].toSorted()) {
    const type = document.share.get(name)
    // A root type that was only asked for, or whose items are all gone, is no content.
    if (type === undefined || (type._start === null && type._map.size === 0)) continue
    writer.text(`root ${JSON.stringify(name)}`)
    writer.type(type)
  }
  writer.flush()
  return hash.digest('hex')
}

class DigestWriter {
  readonly #hash: ReturnType<typeof createHash>
  #pieces: string[] = []
  #pieceCharacters = 0
  /** The id after the last item written, and what kind it was: runs continue without a heading. */
  #run = ''

  constructor(hash: ReturnType<typeof createHash>) {
    this.#hash = hash
  }

  text(text: string): void {
    this.#pieces.push(text)
    this.#pieceCharacters += text.length
    if (this.#pieceCharacters >= pieceCharactersMax) this.flush()
  }

  flush(): void {
    this.#hash.update(this.#pieces.join(''))
    this.#pieces = []
    this.#pieceCharacters = 0
  }

  type(type: SharedType): void {
    this.#run = ''
    this.text('[')
    for (let item = type._start; item !== null; item = item.right) this.#item(item)
    this.text('{')
    for (const key of [...type._map.keys()].toSorted()) {
      const item = type._map.get(key)
      if (item === undefined) continue
      this.#run = ''
      this.text(JSON.stringify(key))
      this.#item(item)
    }
    this.text('}]')
    this.#run = ''
  }

  #item(item: Y.Item): void {
    const kind = item.deleted ? 'deleted' : item.content.constructor.name
    const run = `${kind}@${item.id.client}:${item.id.clock}`
    if (run !== this.#run) this.text(`\n${run} `)
    if (!item.deleted) this.#content(item.content)
    this.#run = `${kind}@${item.id.client}:${item.id.clock + item.length}`
    // Where a run of deleted items ends is nowhere in the run itself.
    if (item.deleted && !continues(item)) this.text(`..${item.id.clock + item.length}`)
  }

  #content(content: Y.Item['content']): void {
    if (content instanceof Y.ContentString) this.text(content.str)
    else if (content instanceof Y.ContentType) this.#nested(content.type)
    else if (content instanceof Y.ContentFormat) this.#values([content.key, content.value])
    else if (content instanceof Y.ContentDoc) this.#values([content.doc.guid, JSON.stringify(content.opts)])
    else this.#values(content.getContent())
  }

  #nested(type: SharedType): void {
    if (type instanceof Y.XmlElement) this.text(`element ${type.nodeName}`)
    else if (type instanceof Y.XmlHook) this.text(`hook ${type.hookName}`)
    else this.text(type.constructor.name)
    this.type(type)
  }

  #values(values: readonly unknown[]): void {
    const encoder = new Y.UpdateEncoderV1()
    for (const value of values) encoder.writeAny(value)
    this.text(Buffer.from(encoder.toUint8Array()).toString('latin1'))
  }
}

function continues(item: Y.Item): boolean {
  const { right } = item
  return right !== null && right.deleted && right.id.client === item.id.client && right.id.clock === item.id.clock + item.length
}
