import { expect, test } from 'vitest'
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness'
import { Doc } from 'yjs'
import { showPreviews } from '../board/show-previews.ts'
import { createSnapLines } from '../geometry/snap.ts'
import { noGesture } from '../gesture/gesture.ts'
import type { Element } from '../model/element.ts'
import type { Scene } from '../model/scene-store.ts'
import type { Peer } from './peer-store.ts'
import { createPeerStore } from './peer-store.ts'
import { toPreview, toSelection } from './presence.ts'
import { createPublisher, publishEveryMs } from './publisher.ts'

const ada = { name: 'Ada', colour: '#2f6fd6' }

function element(id: string, x: number): Element {
  return {
    id,
    kind: 'rectangle',
    x,
    y: 0,
    width: 10,
    height: 10,
    rotation: 0,
    order: 1,
    stroke: 'ink',
    fill: 'none',
    strokeWidth: 3,
    updatedAt: 0,
  }
}

/** Presence that says `state` under another id. */
function tell(awareness: Awareness, state: Record<string, unknown>): void {
  const other = new Awareness(new Doc())
  other.setLocalState(state)
  applyAwarenessUpdate(awareness, encodeAwarenessUpdate(other, [other.clientID]), 'test')
  other.destroy()
}

test('[CV11] a peer is who says so in the right words; parts that are wrong are left out', () => {
  const awareness = new Awareness(new Doc())
  const store = createPeerStore(awareness)
  tell(awareness, { person: { ...ada, colour: 'red;background:url(//evil)' } })
  tell(awareness, { person: { name: '', colour: '#000000' } })
  tell(awareness, { user: 'another program' })
  expect(store.peers).toEqual([])
  tell(awareness, {
    person: ada,
    cursor: { x: 'left', y: 0 },
    selection: 7,
    preview: { patches: [{ id: 'a', x: Infinity }], draft: null },
  })
  expect(store.peers).toEqual([
    { id: expect.any(Number), person: ada, cursor: null, selection: [], preview: null, following: null, view: null },
  ])
  awareness.destroy()
})

test('[CV11] one’s own tab is no peer, and does not wake the listeners', () => {
  const awareness = new Awareness(new Doc())
  const store = createPeerStore(awareness)
  let calls = 0
  store.subscribe(() => calls++)
  awareness.setLocalState({ person: ada })
  expect([store.peers, calls]).toEqual([[], 0])
  tell(awareness, { person: ada })
  expect([store.peers.length, calls]).toEqual([1, 1])
  awareness.destroy()
})

test('[CV12] the first word goes out at once, the last one a turn later, those between not at all', () => {
  const awareness = new Awareness(new Doc())
  const sent: unknown[] = []
  awareness.on('change', () => sent.push(awareness.getLocalState()?.['cursor']))
  let timer: { callback: () => void; ms: number } | undefined
  const publisher = createPublisher(awareness, {
    setTimeout: (callback, ms) => {
      timer = { callback, ms }
      return 1
    },
    clearTimeout: () => (timer = undefined),
  })
  for (const x of [1, 2, 3]) publisher.publish({ cursor: { x, y: 0 } })
  expect(sent).toEqual([{ x: 1, y: 0 }])
  expect(timer?.ms).toBe(publishEveryMs)
  timer?.callback()
  expect(sent).toEqual([
    { x: 1, y: 0 },
    { x: 3, y: 0 },
  ])
  publisher.publish({ cursor: { x: 4, y: 0 } })
  publisher.close()
  expect([sent.length, timer]).toEqual([2, undefined])
  awareness.destroy()
})

test('[CV13] the longest stroke and the largest group stay below 16 KiB', () => {
  const points = Array.from({ length: 20_000 }, (_, index) => (1_011 + (index % 7_000)) / 8_192)
  const draft: Element = { ...element('a', 1), kind: 'freehand', points }
  const patches = new Map(
    Array.from(
      { length: 500 },
      (_, index) =>
        [
          `${index}`.padStart(36, 'f'),
          { x: 123_456.78, y: -123_456.78, width: 12_345.67, height: 12_345.67, rotation: -123.45, fontSize: 123.45 },
        ] as const,
    ),
  )
  const ends = (preview: ReturnType<typeof toPreview>) =>
    preview?.draft?.kind === 'freehand' ? [preview.draft.points.slice(0, 2), preview.draft.points.slice(-2)] : []
  const preview = toPreview(new Map(), draft)
  const rounded = points.map((share) => Math.round(share * 10_000) / 10_000)
  expect(ends(preview)).toEqual([rounded.slice(0, 2), rounded.slice(-2)])
  expect(JSON.stringify(preview).length).toBeLessThan(12_000)
  const told = { person: ada, cursor: { x: 123_456.78, y: 123_456.78 }, selection: toSelection(new Set(patches.keys())) }
  expect(toPreview(patches, undefined)?.patches).toHaveLength(80)
  expect(JSON.stringify({ ...told, preview: toPreview(patches, undefined) }).length).toBeLessThan(16_384)
  const text = '🙂'.repeat(2_500)
  const writing = { ...told, preview: toPreview(new Map([['a', { text }]]), undefined) }
  expect(new TextEncoder().encode(JSON.stringify(writing)).length).toBeLessThan(16_384)
  expect(toPreview(new Map(), undefined)).toBe(null)
})

test('[CV14] previews are laid over the document, and vanish in it once it has caught up', () => {
  const scene = (...elements: Element[]): Scene => ({ elements, byId: new Map(elements.map((one) => [one.id, one])) })
  const patches = new Map([
    ['a', { x: 50 }],
    ['gone', { x: 1 }],
  ])
  const peer: Peer = {
    id: 1,
    person: ada,
    cursor: null,
    selection: [],
    preview: toPreview(patches, element('new', 7)),
    following: null,
    view: null,
  }
  const places = (elements: readonly Element[]) => elements.map(({ id, x }) => [id, x])
  const before = scene(element('a', 1), element('b', 2), element('c', 3))

  const dragged = showPreviews(before, [peer], {
    type: 'move',
    from: { x: 0, y: 0 },
    to: { x: 1, y: 0 },
    elements: [element('b', 2)],
    box: element('b', 2),
    pressed: 'b',
    hasMoved: true,
    isCopying: false,
    copies: () => [],
    lines: () => createSnapLines([]),
    guides: [],
    zoom: 1,
  })
  expect(places(dragged.resting)).toEqual([['c', 3]])
  expect(places(dragged.moving)).toEqual([
    ['a', 50],
    ['b', 3],
    ['new', 7],
  ])

  const resized = showPreviews(before, [peer], {
    type: 'resize',
    from: { x: 0, y: 0 },
    handle: { x: 1, y: 1 },
    elements: [element('a', 1)],
    frame: { ...element('a', 1), rotation: 0 },
    toFrame: { ...element('a', 9), rotation: 0 },
    lines: () => createSnapLines([]),
    guides: [],
    zoom: 1,
  })
  expect(places(resized.resting)).toEqual([
    ['b', 2],
    ['c', 3],
  ])
  expect(places(resized.moving)).toEqual([
    ['a', 9],
    ['new', 7],
  ])

  const after = scene(element('a', 50), element('b', 2), element('new', 7))
  const caughtUp = showPreviews(after, [peer], noGesture)
  expect(places([...caughtUp.resting, ...caughtUp.moving])).toEqual([
    ['b', 2],
    ['new', 7],
    ['a', 50],
  ])
  expect(showPreviews(after, [], noGesture)).toEqual({ resting: after.elements, moving: [], carried: [], changing: [] })
})
