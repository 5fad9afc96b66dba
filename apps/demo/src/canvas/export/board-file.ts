import { Doc, encodeStateAsUpdate, Map as YMap } from 'yjs'
import { z } from 'zod'
import { boundsOf, unionOf } from '../geometry/box.ts'
import type { Point } from '../geometry/point.ts'
import { elementSchema, type Element } from '../model/element.ts'
import { compareOrder } from '../model/order.ts'

const format = 'rejoin-board'
const version = 1

/** Most elements that come in at once: one update of a document holds no more than that. */
export const importElementsMax = 10_000
export const importBytesMax = 16 * 1024 * 1024

const envelopeSchema = z.object({ format: z.literal(format), version: z.number(), elements: z.array(z.unknown()) })

/** The elements as a file that `readBoardFile` reads, one to a line. */
export function writeBoardFile(elements: readonly Element[]): string {
  const lines = elements.map((element) => JSON.stringify(element)).join(',\n')
  return `{"format":${JSON.stringify(format)},"version":${version},"elements":[\n${lines}\n]}\n`
}

export type ReadBoard =
  | { readonly type: 'elements'; readonly elements: readonly Element[] }
  /** One sentence for a person. */
  | { readonly type: 'problem'; readonly message: string }

const problem = (message: string): ReadBoard => ({ type: 'problem', message })

/** Where the text is from, for the words of a problem. */
export type BoardSource = 'file' | 'clipboard'

const sourceWords: Readonly<Record<BoardSource, string>> = { file: 'This file', clipboard: 'What was copied' }

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Well below what a server takes in one message (16 MiB): what comes in leaves this device as one update. */
const updateBytesMax = 12 * 1024 * 1024

function updateBytesOf(elements: readonly Element[]): number {
  const doc = new Doc()
  const root = doc.getMap('elements')
  doc.transact(() => {
    for (const [index, element] of elements.entries()) root.set(`new-${index}`, new YMap<unknown>(Object.entries(element)))
  })
  const { byteLength } = encodeStateAsUpdate(doc)
  doc.destroy()
  return byteLength
}

function readElements(raw: readonly unknown[], words: string): ReadBoard {
  const elements: Element[] = []
  for (const [index, value] of raw.entries()) {
    const parsed = elementSchema.safeParse(value)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      const where = issue && issue.path.length > 0 ? ` (${issue.path.join('.')})` : ''
      return problem(`Element ${index + 1} of ${words} cannot be drawn${where}. Nothing was added.`)
    }
    elements.push(parsed.data)
  }
  if (updateBytesOf(elements) > updateBytesMax)
    return problem(`There is more in ${words} than can be added at once. Nothing was added.`)
  return { type: 'elements', elements }
}

/** What is in an exported file, or was copied: all of it, or why none of it can be taken. */
export function readBoardFile(text: string, source: BoardSource = 'file'): ReadBoard {
  const words = sourceWords[source]
  const envelope = envelopeSchema.safeParse(parseJson(text))
  if (!envelope.success)
    return problem(
      source === 'file'
        ? 'This file holds no board. Choose one that was exported here as JSON.'
        : 'What was copied is damaged: it is not all of what a board put there. Nothing was added.',
    )
  if (envelope.data.version !== version)
    return problem(`${words} was written by another version of this page, which this one cannot read.`)
  const { elements } = envelope.data
  if (elements.length === 0) return problem(`${words} is empty: there is nothing on its board.`)
  if (elements.length > importElementsMax)
    return problem(`${words} has ${elements.length} elements; at most ${importElementsMax} can be added at once.`)
  return readElements(elements, source === 'file' ? 'the file' : 'what was copied')
}

export interface Placement {
  /** The middle of them comes to lie here, in scene units. */
  readonly middle: Point
  /** The order of the lowest; the others follow. */
  readonly order: number
  /** ms since the epoch. */
  readonly now: number
  readonly createId: () => string
}

/**
 * Copies of the elements with ids of their own, so that they replace nothing, in the same order among themselves. They stay where they were if that
 * is too far from `middle` for all of them to be drawn there.
 */
export function placeCopies(elements: readonly Element[], { middle, order, now, createId }: Placement): Element[] {
  const box = unionOf(elements.map(boundsOf))
  if (!box) return []
  const [dx, dy] = [middle.x - box.x - box.width / 2, middle.y - box.y - box.height / 2]
  const copies = elements
    .toSorted(compareOrder)
    .map((element, index) => ({ ...element, id: createId(), order: order + index, updatedAt: now }))
  const moved = copies.map((element) => ({ ...element, x: element.x + dx, y: element.y + dy }))
  return moved.every((element) => elementSchema.safeParse(element).success) ? moved : copies
}
