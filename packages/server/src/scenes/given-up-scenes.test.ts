import { createManualTime } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import { GivenUpScenes } from './given-up-scenes.ts'

test('[SV21] a scene is remembered for a minute, and of more than ten thousand the one that was given up first is not', () => {
  const time = createManualTime(1_000_000)
  const scenes = new GivenUpScenes(() => time.now())
  const place = (index: number) => ({ tenant: 'acme', document: `plan ${index}` })
  for (let index = 0; index < 10_000; index++) scenes.add(place(index))
  time.advance(30_000)
  scenes.add(place(0))
  expect([0, 1, 2, 10_000].map((index) => scenes.has(place(index)))).toEqual([true, true, true, false])
  scenes.add(place(10_000))
  expect([0, 1, 2, 10_000].map((index) => scenes.has(place(index)))).toEqual([true, false, true, true])
  time.advance(30_000)
  expect([0, 1, 2, 10_000].map((index) => scenes.has(place(index)))).toEqual([true, false, false, true])
  time.advance(30_000)
  expect([0, 10_000].map((index) => scenes.has(place(index)))).toEqual([false, false])
})
