import { createManualTime } from '@rejoin/core/testing'
import { describe, expect, test } from 'vitest'
import { applyUpdate, Doc } from 'yjs'
import { LooseEnds } from './loose-ends.ts'
import type { OrdinalRange } from './ordinal-ledger.ts'

const tooLarge = { code: 'TOO_LARGE', message: 'too large' }
const forbidden = { code: 'FORBIDDEN', message: 'forbidden' }

function typed(text: string): readonly Uint8Array[] {
  const doc = new Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update) => updates.push(update))
  for (const letter of text) doc.getText('t').insert(doc.getText('t').length, letter)
  return updates
}

function textOf(update: Uint8Array): string {
  const doc = new Doc()
  applyUpdate(doc, update)
  return doc.getText('t').toJSON()
}

function create() {
  const time = createManualTime()
  const kept: string[] = []
  const clean: OrdinalRange[] = []
  const device = { isFull: false, failures: 0 }
  const looseEnds = new LooseEnds({
    scheduler: time,
    keep: async (update, { code }) => {
      if (device.isFull) throw new Error('full')
      kept.push(`${code}: ${textOf(update)}`)
    },
    onKept: (ranges) => clean.push(...ranges),
    onFailed: () => device.failures++,
  })
  return { looseEnds, time, kept, clean, device }
}

const settle = (): Promise<void> => new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => queueMicrotask(resolve))))
const range = (ordinal: number): readonly OrdinalRange[] => [{ from: ordinal, through: ordinal }]

describe('edits that no server takes', () => {
  test('[O10] are gathered into one piece a second', async () => {
    const { looseEnds, time, kept, clean } = create()
    for (const [index, update] of typed('abc').entries()) looseEnds.add(update, range(index + 1), tooLarge)
    expect(kept).toEqual([])
    time.advance(1_000)
    await settle()
    expect(kept).toEqual(['TOO_LARGE: abc'])
    expect(clean).toEqual([1, 2, 3].flatMap(range))
  })

  test('[O10] with another reason are another piece', async () => {
    const { looseEnds, kept } = create()
    const [a, b] = [...typed('a'), ...typed('b')]
    if (a !== undefined) looseEnds.add(a, [], tooLarge)
    if (b !== undefined) looseEnds.add(b, [], forbidden)
    await looseEnds.flush()
    expect(kept).toEqual(['TOO_LARGE: a', 'FORBIDDEN: b'])
  })

  test('[O25] that cannot be kept are held, stay dirty, and are tried again', async () => {
    const { looseEnds, time, kept, clean, device } = create()
    device.isFull = true
    for (const update of typed('a')) looseEnds.add(update, range(1), tooLarge)
    time.advance(1_000)
    await settle()
    expect({ kept, clean, failures: device.failures }).toEqual({ kept: [], clean: [], failures: 1 })
    await expect(looseEnds.flush()).rejects.toThrow('full')
    device.isFull = false
    await looseEnds.flush()
    expect({ kept, clean }).toEqual({ kept: ['TOO_LARGE: a'], clean: range(1) })
  })
})
