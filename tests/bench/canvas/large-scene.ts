import { setMaxListeners } from 'node:events'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

const kinds = ['rectangle', 'ellipse', 'line', 'freehand', 'text'] as const
const colours = ['ink', 'red', 'green', 'blue', 'orange'] as const
const columns = 100
const gap = 90

/** A wavy stroke of thirty points, as shares of its box. */
const strokePoints = Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? index / 59 : 0.5 + 0.5 * Math.sin(index / 4)))

function fieldsOf(index: number): Record<string, unknown> {
  const kind = kinds[index % kinds.length] ?? 'rectangle'
  const colour = colours[index % colours.length] ?? 'ink'
  return {
    kind,
    x: (index % columns) * gap,
    y: Math.floor(index / columns) * gap,
    width: 60,
    height: 60,
    rotation: index % 7 === 0 ? 15 : 0,
    order: index,
    stroke: colour,
    fill: index % 3 === 0 ? colour : 'none',
    strokeWidth: 3,
    updatedAt: 1_795_244_400_000 + index,
    ...(kind === 'freehand' && { points: strokePoints }),
    ...(kind === 'text' && { text: `note ${index}`, fontSize: 20 }),
  }
}

/** Elements of all kinds in a grid, as one update. */
export function createLargeScene(count: number): Uint8Array {
  const doc = new Y.Doc()
  const elements = doc.getMap('elements')
  doc.transact(() => {
    for (let index = 0; index < count; index += 1) {
      const id = `element-${index}`
      elements.set(id, new Y.Map(Object.entries({ id, ...fieldsOf(index) })))
    }
  })
  return Y.encodeStateAsUpdate(doc)
}

/** People whose pointers never rest, until stopped. */
export function moveCursors(documentsUrl: string, room: string, people: number): () => void {
  // Every provider listens for the end of the process.
  setMaxListeners(people + 20, process)
  const providers = Array.from({ length: people }, (_, index) => {
    const provider = new WebsocketProvider(documentsUrl, room, new Y.Doc(), { disableBc: true })
    provider.awareness.setLocalState({
      person: { name: `Person ${index}`, colour: '#3366cc' },
      selection: [],
      preview: null,
      cursor: null,
    })
    return provider
  })
  let tick = 0
  const timer = setInterval(() => {
    tick += 1
    for (const [index, { awareness }] of providers.entries()) {
      const turn = tick / 20 + index
      awareness.setLocalStateField('cursor', { x: 4_500 + 3_000 * Math.cos(turn), y: 2_250 + 2_000 * Math.sin(turn) })
    }
  }, 40)
  return () => {
    clearInterval(timer)
    for (const provider of providers) {
      provider.destroy()
      // Its presence looks after itself for as long as the document is there, and would keep this process.
      provider.doc.destroy()
    }
  }
}
