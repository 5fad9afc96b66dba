import { expect, test } from 'vitest'
import { z } from 'zod'
import { appOfDevice, deviceFromSearch, hrefForOthers, hrefOnDevice } from './device.ts'
import { createKeptValue } from './kept-value.ts'

function createStorage() {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
}

const parts = { key: 'count', schema: z.number(), initial: 0 }

test('[SH2] what a device keeps is there the next time, and what cannot be read is a first visit', () => {
  const storage = createStorage()
  createKeptValue(storage, parts).change((count) => count + 3)
  expect(createKeptValue(storage, parts).get()).toBe(3)
  for (const broken of ['{', '"three"', 'null']) {
    storage.setItem('count', broken)
    expect(createKeptValue(storage, parts).get()).toBe(0)
  }
})

test('[SH2] a change is made to what another tab wrote meanwhile, and is told once', () => {
  const storage = createStorage()
  const [here, there] = [createKeptValue(storage, parts), createKeptValue(storage, parts)]
  const told: number[] = []
  here.subscribe(() => told.push(here.get()))
  there.change(() => 10)
  here.refresh()
  here.refresh()
  there.change((count) => count + 1)
  here.change((count) => count + 1)
  expect([told, storage.kept.get('count')]).toEqual([[10, 11, 12], '12'])
})

test('[SH2] an address can name another device of the same browser, with a database of its own', () => {
  expect(deviceFromSearch('?device=second')).toBe('second')
  for (const search of ['', '?device=', '?device=A%2FB', `?device=${'x'.repeat(17)}`])
    expect(deviceFromSearch(search)).toBe(undefined)
  expect([appOfDevice(undefined), appOfDevice('second')]).toEqual(['rejoin-demo', 'rejoin-demo-second'])
  const [own, other] = ['http://host/app/?a=1#/room', 'http://host/app/?a=1&device=second#/room']
  expect([hrefOnDevice(own, 'second'), hrefForOthers(other)]).toEqual([other, own])
})
