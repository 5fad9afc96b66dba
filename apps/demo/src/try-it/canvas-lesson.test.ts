import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canvasSteps, newCanvasLesson, nextCanvasLesson, type CanvasEvent, type CanvasLesson } from './canvas-lesson.ts'

/** A board whose elements lie where the test says. */
function createWalk() {
  const places = new Map<string, string>()
  let lesson: CanvasLesson = newCanvasLesson
  const placeOf = (id: string) => places.get(id)
  const tell = (event: CanvasEvent) => (lesson = nextCanvasLesson(lesson, event))
  return {
    see: (seen: { elements?: number; others?: number; isOnline?: boolean; isStored?: boolean }) =>
      tell({ type: 'seen', elements: 1, others: 1, isOnline: true, isStored: false, placeOf, ...seen }),
    move: (by: 'here' | 'there', id: string, place: string | undefined, isOnline: boolean) => {
      if (place !== undefined) places.set(id, place)
      tell({ type: 'changed', ids: [id], isOwn: by === 'here', isOnline, placeOf })
    },
    restart: () => tell({ type: 'restarted' }),
    done: () =>
      canvasSteps(lesson)
        .filter(({ isDone }) => isDone)
        .map(({ id }) => id),
    lesson: () => lesson,
  }
}

const all = ['shape', 'company', 'offline', 'here', 'there', 'back', 'agree']

test('[SH12] the steps tick as what they ask for happens, and the end says whose place stayed', () => {
  for (const [settled, outcome] of [
    [undefined, 'mine'],
    ['there', 'theirs'],
  ] as const) {
    const walk = createWalk()
    walk.see({ elements: 0, others: 0, isStored: true })
    expect(walk.done()).toEqual([])
    walk.see({ others: 0, isStored: true })
    expect(walk.done()).toEqual(['shape'])
    walk.see({ isStored: true })
    walk.see({ isOnline: false, others: 0 })
    expect(walk.done()).toEqual(['shape', 'company', 'offline'])
    walk.move('here', 'a', 'here', false)
    expect(walk.done()).toEqual(['shape', 'company', 'offline', 'here'])
    walk.see({})
    expect(walk.done()).toEqual(['shape', 'company', 'offline', 'here', 'back'])
    walk.move('there', 'a', settled, true)
    walk.see({ isStored: true })
    expect([walk.done(), walk.lesson().outcome]).toEqual([all, outcome])
    walk.restart()
    expect(walk.done()).toEqual(['shape', 'company'])
  }
})

test('[SH12] coming back when nobody had moved the same thing settles nothing, and asks for another try', () => {
  const walk = createWalk()
  walk.see({ isStored: true })
  walk.see({ isOnline: false })
  walk.move('here', 'a', 'here', false)
  walk.move('there', 'b', 'there', true)
  walk.see({ isStored: true })
  expect([walk.done(), walk.lesson().isMissed]).toEqual([['shape', 'company'], true])
  walk.see({ isOnline: false })
  expect([walk.done(), walk.lesson().isMissed]).toEqual([['shape', 'company', 'offline'], false])
})

test('[SH12] what another tab of this device does meanwhile is no conflict, and neither is what happens after the end', () => {
  const walk = createWalk()
  walk.see({ isStored: true })
  walk.see({ isOnline: false })
  walk.move('here', 'a', 'here', false)
  walk.move('there', 'a', 'elsewhere', false)
  expect([walk.lesson().isTab, canvasSteps(walk.lesson()).find(({ id }) => id === 'there')?.detail]).toEqual([
    true,
    expect.stringContaining('another tab'),
  ])
  walk.see({ isStored: true })
  walk.move('there', 'a', 'late', true)
  expect(walk.lesson().isMissed).toBe(true)
  expect(walk.done()).toEqual(['shape', 'company'])
})

test('[SH12] whatever happens, no step is done whose reason is not there', () => {
  const flag = fc.boolean()
  const id = fc.constantFrom('a', 'b')
  const event: fc.Arbitrary<CanvasEvent> = fc.oneof(
    fc.record({
      type: fc.constant('seen' as const),
      elements: fc.nat({ max: 2 }),
      others: fc.nat({ max: 2 }),
      isOnline: flag,
      isStored: flag,
      placeOf: fc.constant(() => 'somewhere'),
    }),
    fc.record({
      type: fc.constant('changed' as const),
      ids: fc.array(id, { maxLength: 2 }),
      isOwn: flag,
      isOnline: flag,
      placeOf: fc.constant(() => 'somewhere'),
    }),
  )
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      let lesson = newCanvasLesson
      for (const one of events) {
        lesson = nextCanvasLesson(lesson, one)
        const done = new Set(canvasSteps(lesson).flatMap(({ id: step, isDone }) => (isDone ? [step] : [])))
        expect(done.has('agree')).toBe(lesson.outcome !== undefined)
        const isFounded = ['offline', 'here', 'there', 'back'].every((step) => done.has(step))
        expect(isFounded || !done.has('agree')).toBe(true)
        expect([...lesson.theirs].every((theirs) => lesson.mine.has(theirs))).toBe(true)
      }
    }),
  )
})
