import { expect, test } from 'vitest'
import { Doc, applyUpdate, encodeStateAsUpdate } from 'yjs'
import type { Element } from './element.ts'
import { createSceneStore, type SceneStore } from './scene-store.ts'
import { createHistory } from './undo.ts'

const at = (id: string, x: number): Element => ({
  id,
  kind: 'ellipse',
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
})

/** Two people on one document; `sync` brings them together. */
function twoPeople() {
  const [hereDoc, thereDoc] = [new Doc(), new Doc()]
  const [here, there] = [createSceneStore(hereDoc, () => 5), createSceneStore(thereDoc, () => 5)]
  const sync = () => {
    applyUpdate(hereDoc, encodeStateAsUpdate(thereDoc))
    applyUpdate(thereDoc, encodeStateAsUpdate(hereDoc))
    expect(hereDoc.toJSON()).toEqual(thereDoc.toJSON())
  }
  return { here, there, sync, history: createHistory(hereDoc, here) }
}

const xOf = ({ scene }: SceneStore, id: string) => scene.byId.get(id)?.x

test('[CV8] undo takes back my edit and leaves the other person’s', () => {
  const { here, there, sync, history } = twoPeople()
  here.content.add(at('mine', 1))
  sync()
  there.content.add(at('theirs', 2))
  there.update(new Map([['theirs', { x: 3 }]]))
  sync()
  history.undo()
  sync()
  expect([xOf(here, 'mine'), xOf(here, 'theirs')]).toEqual([undefined, 3])
  history.redo()
  expect([xOf(here, 'mine'), xOf(here, 'theirs')]).toEqual([1, 3])
})

test('[CV8] with only others’ edits there is nothing to undo', () => {
  const { there, sync, history } = twoPeople()
  there.content.add(at('theirs', 2))
  sync()
  expect(history.state).toEqual({ canUndo: false, canRedo: false })
})

test('[CV8] undo of a move does not overwrite a later move by somebody else', () => {
  const { here, there, sync, history } = twoPeople()
  there.content.add(at('a', 1))
  sync()
  here.update(new Map([['a', { x: 50, y: 5 }]]))
  sync()
  there.update(new Map([['a', { x: 70 }]]))
  sync()
  history.undo()
  // My `y` went back, their `x` stayed.
  expect(here.scene.byId.get('a')).toEqual({ ...at('a', 70), updatedAt: 5 })
})

test('[CV8] undo brings back what I removed', () => {
  const { here, history } = twoPeople()
  here.content.add(at('a', 1))
  history.beginStep()
  here.content.remove('a')
  history.undo()
  expect(xOf(here, 'a')).toBe(1)
})

test('[CV9] edits right after each other are steps of their own, unless they share a merge key', () => {
  const { here, history } = twoPeople()
  const move = (x: number, key?: string) => {
    history.beginStep(key)
    here.update(new Map([['a', { x }]]))
  }
  history.beginStep()
  here.content.add(at('a', 1))
  move(2)
  move(3, 'nudge')
  move(4, 'nudge')
  move(5)
  const seen: (number | undefined)[] = []
  while (history.state.canUndo) {
    history.undo()
    seen.push(xOf(here, 'a'))
  }
  expect(seen).toEqual([4, 2, 1, undefined])
})

test('[CV8] a listener sees the state after the change', () => {
  const { here, history } = twoPeople()
  const seen: boolean[] = []
  const stop = history.subscribe(() => seen.push(history.state.canUndo))
  here.content.add(at('a', 1))
  history.undo()
  stop()
  const count = seen.length
  history.redo()
  expect([seen[0], seen.at(-1), seen.length]).toEqual([true, false, count])
})
