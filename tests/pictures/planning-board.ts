import * as Y from 'yjs'

type Fields = Readonly<Record<string, unknown>>
type Point = readonly [x: number, y: number]

const plain = { rotation: 0, stroke: 'ink', fill: 'none', strokeWidth: 3 }

function note([x, y]: Point, fill: string, text: string, rotation = 0): Fields {
  return { ...plain, kind: 'note', x, y, width: 150, height: 150, fill, rotation, text, fontSize: 19 }
}

function text([x, y]: Point, words: string, fontSize = 22, stroke = 'ink'): Fields {
  return {
    ...plain,
    kind: 'text',
    x,
    y,
    width: words.length * fontSize * 0.55,
    height: fontSize * 1.3,
    text: words,
    fontSize,
    stroke,
  }
}

function box(kind: 'rectangle' | 'ellipse', place: readonly [number, number, number, number], colour: string): Fields {
  const [x, y, width, height] = place
  return { ...plain, kind, x, y, width, height, stroke: colour, fill: colour }
}

function line(from: Point, to: Point): Fields {
  const [left, right] = from[0] < to[0] ? [from, to] : [to, from]
  const [width, height] = [right[0] - left[0], Math.abs(right[1] - left[1])]
  const points = left[1] < right[1] ? [0, 0, 1, 1] : [0, 1, 1, 0]
  return { ...plain, kind: 'line', x: left[0], y: Math.min(left[1], right[1]), width, height, stroke: 'grey', points }
}

/** A line under something that matters, drawn by hand. */
function underline(x: number, y: number, width: number): Fields {
  const points = Array.from({ length: 12 }, (_, at) => [at / 11, 0.5 + 0.5 * Math.sin(at * 1.9)]).flat()
  return { ...plain, kind: 'freehand', x, y, width, height: 12, stroke: 'orange', strokeWidth: 5, points }
}

/** What a small team has on its board on a good day, from the bottom up. */
const planningBoard: readonly Fields[] = [
  text([0, 0], 'Street kitchen, opening week', 40),
  underline(0, 56, 350),
  text([0, 112], 'Ideas', 24, 'grey'),
  note([0, 156], 'yellow', 'Buckwheat crêpes: sweet at noon, savoury at night'),
  note([168, 162], 'green', 'Borrow the long table from the choir', 2),
  note([0, 324], 'violet', 'Honey from the roof!', -2),
  note([168, 330], 'blue', 'A board for orders that works without a network'),
  text([470, 112], 'The way of an order', 24, 'grey'),
  box('rectangle', [470, 160, 170, 90], 'blue'),
  text([512, 190], 'Counter', 22, 'blue'),
  box('rectangle', [760, 160, 170, 90], 'violet'),
  text([805, 190], 'Kitchen', 22, 'violet'),
  box('ellipse', [612, 330, 190, 110], 'green'),
  text([672, 370], 'Guest', 22, 'green'),
  line([640, 205], [760, 205]),
  line([845, 250], [755, 338]),
  line([655, 339], [555, 250]),
  note([470, 480], 'red', 'Who opens up on Monday?', -1),
  note([638, 486], 'yellow', 'Ask Lin about the gas bottles'),
  text([830, 500], 'Offline all morning?', 20, 'orange'),
  text([830, 530], 'No matter.', 20, 'orange'),
]

/** Puts the board into a document. */
export function drawPlanningBoard(doc: Y.Doc): void {
  const elements = doc.getMap('elements')
  doc.transact(() => {
    for (const [order, fields] of planningBoard.entries()) {
      const id = `plan-${order}`
      elements.set(id, new Y.Map(Object.entries({ ...fields, id, order, updatedAt: 0 })))
    }
  })
}
