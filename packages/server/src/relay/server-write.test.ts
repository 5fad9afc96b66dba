import { expect, test } from 'vitest'
import type { Admission } from '../admission/admit-update.ts'
import type { KeptVerdict } from './document-store.ts'
import { outgrowsDocument } from './document-size.ts'
import { relayLimits } from './relay-limits.ts'
import type { ServerChange } from './server-write.ts'
import { createWorld, createWriter, settle, sit, storedText, textOf, type World } from '../testing/relay-world.ts'

const place = { tenant: 'acme', document: 'plan', generation: undefined }

function verdict(operationId: string): KeptVerdict {
  return { operationId, user: 'ada', intentionHash: 'hash', verdict: '{}', at: 1 }
}

function change(update: Uint8Array | undefined, ...operationIds: readonly string[]): ServerChange {
  return { update, owner: 'the server', user: 'ada', verdicts: operationIds.map(verdict) }
}

async function keptOf(world: World, ...operationIds: readonly string[]): Promise<readonly string[]> {
  const kept = await world.store.tenant('acme').verdicts('plan', operationIds)
  return kept.map(({ operationId }) => operationId)
}

test('[R20] what the server writes reaches everybody in the room, after its commit and with its verdicts', async () => {
  const world = createWorld()
  const ada = await sit(world, { user: 'ada' })
  ada.peer.take()
  world.store.holdCommits()
  const writing = world.relay.write(place, change(createWriter(7).type('hello'), 'one', 'two'))
  await settle()
  expect([ada.peer.take(), await keptOf(world, 'one')]).toEqual([[], []])
  world.store.releaseCommits()
  expect(await writing).toEqual({ type: 'committed' })
  expect(ada.peer.take()).toEqual([{ type: 'update', body: expect.any(Uint8Array) }])
  expect([await storedText(world), await keptOf(world, 'one', 'two')]).toEqual(['hello', ['one', 'two']])
})

test('[R20] what the server writes brings a document into being, verdicts alone too', async () => {
  const world = createWorld()
  expect(await world.relay.write(place, change(undefined, 'one'))).toEqual({ type: 'committed' })
  expect(await world.store.tenant('acme').load('plan')).toMatchObject({ type: 'live', generation: 'epoch-1', seq: 0 })
  expect(await world.relay.write(place, change(createWriter(7).type('hello')))).toEqual({ type: 'committed' })
  expect([await storedText(world), await keptOf(world, 'one')]).toEqual(['hello', ['one']])
})

test('[R20] the life that a device announced stays the document’s when the server writes first', async () => {
  const world = createWorld()
  await sit(world, { generation: 'elsewhere-3' })
  expect(await world.relay.write(place, change(createWriter(7).type('hello')))).toEqual({ type: 'committed' })
  expect(await world.store.tenant('acme').load('plan')).toMatchObject({ generation: 'elsewhere-3' })
})

test('[R21] where the commit fails nothing of it happened: no row, no verdict, and the next can be built on what was before', async () => {
  const world = createWorld()
  const ada = await sit(world, { user: 'ada' })
  const writer = createWriter(7)
  await world.relay.write(place, change(writer.type('hello')))
  world.store.failNextCommit(new Error('the disk is full'))
  expect(await world.relay.write(place, change(writer.type(' world'), 'one'))).toMatchObject({
    type: 'refused',
    code: 'UNAVAILABLE',
  })
  expect([await storedText(world), await keptOf(world, 'one'), ada.peer.closed]).toEqual(['hello', [], undefined])
  const again = createWriter(8)
  expect(await world.relay.write(place, change(again.type('again '), 'one'))).toEqual({ type: 'committed' })
  expect(await keptOf(world, 'one')).toEqual(['one'])
})

test('[R21] a deleted document, another life and bytes that are no update refuse it', async () => {
  const world = createWorld()
  await world.relay.write(place, change(createWriter(7).type('hello')))
  const codeOf = async (generation: string | undefined, update: Uint8Array) => {
    const result = await world.relay.write({ ...place, generation }, change(update, 'one'))
    return result.type === 'refused' ? result.code : result.type
  }
  expect(await codeOf('epoch-9', createWriter(8).type('x'))).toBe('OTHER_GENERATION')
  expect(await codeOf('epoch-1', Uint8Array.of(1, 2, 3))).toBe('BAD_FRAME')
  const writer = createWriter(9)
  writer.type('never stored')
  expect(await codeOf('epoch-1', writer.type('x'))).toBe('UNAVAILABLE')
  await world.relay.delete('acme', 'plan')
  expect(await codeOf('epoch-1', createWriter(8).type('x'))).toBe('DELETED')
  expect(await keptOf(world, 'one')).toEqual([])
})

test('[R21] a write that waits is answered when its document is deleted under it, or the server goes', async () => {
  const world = createWorld()
  await world.relay.write(place, change(createWriter(7).type('hello')))
  world.store.holdCommits()
  const first = world.relay.write(place, change(createWriter(8).type('a'), 'one'))
  await settle()
  const second = world.relay.write(place, change(createWriter(9).type('b'), 'two'))
  const deleting = world.relay.delete('acme', 'plan')
  world.store.releaseCommits()
  await deleting
  const [firstResult, secondResult] = await Promise.all([first, second])
  expect([firstResult.type, secondResult.type, await keptOf(world, 'one', 'two')]).toEqual(['committed', 'refused', ['one']])
  await world.relay.drain('RESTARTING')
  expect(await world.relay.write(place, change(createWriter(8).type('x')))).toMatchObject({ code: 'RESTARTING' })
})

test('[R21] a write that has only gathered is answered when its room is closed', async () => {
  const world = createWorld()
  const { room } = await sit(world)
  const writing = room.write(change(createWriter(7).type('a'), 'one'))
  room.close('UNAVAILABLE', 'the document has moved on')
  expect(await writing).toMatchObject({ type: 'refused', code: 'UNAVAILABLE' })
  expect(await room.write(change(createWriter(8).type('b')))).toMatchObject({ code: 'UNAVAILABLE' })
  await settle()
  expect(await keptOf(world, 'one')).toEqual([])
})

test('[R22] the ids that the server writes under are its own: nobody else extends them, under auth none either', async () => {
  const world = createWorld()
  const server = createWriter(7)
  await world.relay.write(place, change(server.type('hello')))
  for (const user of ['ada', null]) {
    const eve = await sit(world, { user })
    const forged = createWriter(7)
    forged.type('hello')
    eve.send('update', forged.type(' from eve'))
    await settle()
    expect(eve.peer.closed?.code).toBe('CLIENT_BOUND')
  }
  expect(await world.relay.write(place, change(server.type(' world')))).toEqual({ type: 'committed' })
  const state = await world.relay.read('acme', 'plan')
  expect(state.type === 'live' && textOf(state.update)).toBe('hello world')
})

test('[R23] what would make a document larger than it may be is refused; what only deletes comes in', () => {
  const full = { content: { byteLength: relayLimits.documentBytesMax - 5 }, log: { pendingBytes: 3 } }
  const admitted = (bytes: number, after: number): Extract<Admission, { type: 'accepted' }> => ({
    type: 'accepted',
    update: new Uint8Array(bytes),
    delta: { clocks: after > 0 ? [[1, 0, after]] : [], deletes: [], keyed: [] },
    isWhole: true,
  })
  expect([admitted(2, 1), admitted(3, 1), admitted(3, 0)].map((admission) => outgrowsDocument(admission, full))).toEqual([
    false,
    true,
    false,
  ])
})
