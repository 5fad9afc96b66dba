import { expect, test } from 'vitest'
import type { Element } from '../model/element.ts'
import { ScenePicture, type PictureContent } from './scene-picture.ts'

const frameMs = 16
const size = { width: 1_000, height: 500 }

function elementAtX(x: number): Element {
  return {
    id: `at ${x}`,
    kind: 'rectangle',
    x,
    y: 100,
    width: 50,
    height: 50,
    rotation: 0,
    order: 0,
    stroke: 'ink',
    fill: 'none',
    strokeWidth: 2,
    updatedAt: 0,
  }
}

const content: PictureContent = { elements: [elementAtX(100), elementAtX(1_500)], theme: 'light' }

/** A picture whose painting takes so long, and what happened to it: `P`ainted, `M`oved or painted `S`harp, with the camera's x. */
function openPicture(paintMs: number) {
  let now = 0
  const log: string[] = []
  const frames: ((at: number) => void)[] = []
  const timers = new Map<object, { readonly at: number; readonly run: () => void }>()
  const picture = new ScenePicture(
    {
      paint: (_content, view) => {
        now += paintMs
        log.push(`P ${view.size.width}`)
      },
      place: (_painted, camera, isSharp) => log.push(`${isSharp ? 'S' : 'M'} ${camera.x}`),
    },
    {
      now: () => now,
      requestFrame: (run) => frames.push(run),
      after: (delayMs, run) => {
        const key = {}
        timers.set(key, { at: now + delayMs, run })
        return () => timers.delete(key)
      },
    },
  )
  const nextFrame = () => {
    now = Math.ceil((now + 1) / frameMs) * frameMs
    for (const [key, { at, run }] of timers) {
      if (at > now) continue
      timers.delete(key)
      run()
    }
    for (const run of frames.splice(0)) run(now)
    return log.splice(0)
  }
  const look = (x: number, zoom = 1) => picture.look({ x, y: 0, zoom }, size, 1)
  look(0)
  picture.show(content)
  return {
    picture,
    nextFrame,
    look,
    framesFor: (ms: number) => Array.from({ length: Math.ceil(ms / frameMs) }, nextFrame).flat(),
  }
}

test('[CV20] a cheap picture is painted with every frame', () => {
  const { nextFrame, look } = openPicture(2)
  expect(nextFrame()).toEqual(['P 1000', 'S 0'])
  look(5)
  expect(nextFrame()).toEqual(['P 1000', 'S 5'])
  look(9)
  expect(nextFrame()).toEqual(['P 1000', 'S 9'])
})

test('[CV20] a dear one is moved as a bitmap, and painted with a margin once the camera rests', () => {
  const { nextFrame, look, framesFor } = openPicture(40)
  expect(nextFrame()).toEqual(['P 1000', 'S 0'])
  nextFrame()
  for (let x = 1; x <= 30; x += 1) {
    look(-x)
    expect(nextFrame()).toEqual([`M ${-x}`])
  }
  expect(framesFor(160)).toEqual(['P 1400', 'S -30'])
  expect(framesFor(1_000)).toEqual([])
})

test('[CV20] what comes into sight is painted while the camera moves, for a fifth of the time at most', () => {
  const { nextFrame, look } = openPicture(40)
  nextFrame()
  nextFrame()
  const log: string[] = []
  for (let x = 1; x <= 100; x += 1) {
    look(-x * 10)
    log.push(...nextFrame())
  }
  const paintings = log.filter((entry) => entry.startsWith('P')).length
  // The second element is seen from x = -449 on; a painting makes it part of the bitmap, and its margin the rest of the way.
  expect(paintings).toBe(1)
  expect(log.filter((entry) => entry.startsWith('M'))).toHaveLength(99)
})

test('[CV20] other elements are shown during a movement too, and at once when the camera rests', () => {
  const { picture, nextFrame, look, framesFor } = openPicture(40)
  nextFrame()
  framesFor(400)
  look(-1)
  picture.show({ ...content, elements: [elementAtX(300)] })
  expect(nextFrame()).toEqual(['P 1400', 'S -1'])
  look(-2)
  picture.show({ ...content, elements: [elementAtX(400)] })
  // Not again so soon.
  expect(nextFrame()).toEqual(['M -2'])
  framesFor(400)
  picture.show({ ...content, elements: [elementAtX(500)] })
  expect(nextFrame()).toEqual(['P 1400', 'S -2'])
})

test('[CV20] nothing is painted for nothing', () => {
  const { picture, nextFrame, look } = openPicture(2)
  nextFrame()
  picture.show({ ...content, elements: [] })
  expect(nextFrame()).toEqual(['P 1000', 'S 0'])
  look(7)
  expect(nextFrame()).toEqual([])
  picture.show(content)
  expect(nextFrame()).toEqual(['P 1000', 'S 7'])
  picture.close()
  look(9)
  expect(nextFrame()).toEqual([])
})
