import 'fake-indexeddb/auto'
import type { Scene } from '@rejoin/client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openProducts, person, serveProducts, type ProductClient } from '../support/product-clients.ts'
import { signToken } from '../support/sign-token.ts'
import type { RunningServer } from '../support/start-server.ts'
import { waitFor } from '../support/wait-for.ts'

const box = (id: string, x = 0) => ({ id, kind: 'box', x, y: 0, width: 10, height: 10 })
const add = (id: string, x = 0) => ({ type: 'AddElement', element: box(id, x) }) as const
const move = (id: string, x: number) => ({ type: 'UpdateElement', id, changes: { x } }) as const

const settled = (device: ProductClient): Promise<true> =>
  waitFor('everything is settled', async () => (await device.outbox.list()).length === 0 || undefined)

const shows = (scene: Scene, wanted: Readonly<Record<string, number>>): Promise<true> =>
  waitFor(`it shows ${JSON.stringify(wanted)}`, () => {
    const shown = scene.elements.toSorted((left, right) => (left.id < right.id ? -1 : 1)).map(({ id, x }) => [id, x])
    return JSON.stringify(shown) === JSON.stringify(Object.entries(wanted)) || undefined
  })

/** What of the network fails, for requests to the routes of scenes. */
function spoilAnswers(isSpoilt: (attempt: number) => boolean): { readonly attempts: () => number } {
  const real = globalThis.fetch
  let attempts = 0
  vi.stubGlobal('fetch', async (address: string, options?: RequestInit) => {
    const answer = await real(address, options)
    if (!address.includes('/api/v1/scenes/') || !isSpoilt(++attempts)) return answer
    throw new TypeError('the answer was lost')
  })
  onTestFinished(() => void vi.unstubAllGlobals())
  return { attempts: () => attempts }
}

/** The elements as the server has them for programs without a document. */
async function elementsOn(server: RunningServer, name: string): Promise<unknown> {
  const response = await fetch(`${server.url}/api/v1/scenes/${encodeURIComponent(name)}`)
  return response.json()
}

test('[SO7] queued offline and settled when there is a network: whoever has the scene open sees it at once, each once, in order', async () => {
  const server = await serveProducts()
  const [device, painter] = [openProducts(server), openProducts(server)]
  const scene = await painter.scenes.open('plans/kitchen')
  scene.add(box('table', 1))
  await scene.document.receipt().stored
  device.setOnline(false)
  await device.scenes.queue('plans/kitchen', [add('lamp'), move('lamp', 5)])
  await device.scenes.queue('plans/kitchen', [move('table', 7), move('lamp', 6)])
  await waitFor('both wait', () => device.sync.state.pending === 2)
  expect(device.sync.state).toMatchObject({ status: 'offline', inFlight: 0 })
  device.setOnline(true)
  await shows(scene, { lamp: 6, table: 7 })
  await settled(device)
  expect(await device.attention.list()).toEqual([])
  expect(JSON.stringify(await elementsOn(server, 'plans/kitchen'))).toContain('"lamp"')
})

test('[SO7] an operation takes effect once though its answers are lost: a second time the element would be there already', async () => {
  const server = await serveProducts()
  const device = openProducts(server)
  const network = spoilAnswers((attempt) => attempt <= 2)
  await device.scenes.queue('room', [add('a'), { type: 'Interaction', kind: 'click', at: { x: 1, y: 2 } }, move('a', 3)])
  await waitFor('one answer was lost', () => network.attempts() > 0)
  await device.sync.syncNow()
  await settled(device)
  expect(network.attempts()).toBeGreaterThan(2)
  expect(await device.attention.list()).toEqual([])
  await shows(await device.scenes.open('room'), { a: 3 })
})

test('[SO8, SO9] what lost against somebody’s change is told, and sent again by its person it stands', async () => {
  const server = await serveProducts()
  const [device, painter] = [openProducts(server), openProducts(server)]
  const scene = await painter.scenes.open('room')
  scene.add(box('a', 1))
  await scene.document.receipt().stored
  device.setOnline(false)
  const { updatedAt = 0 } = scene.element('a') ?? {}
  await device.scenes.queue('room', [{ ...move('a', 5), baseUpdatedAt: updatedAt }, move('nobody', 5)], {
    strategy: 'remoteWins',
  })
  scene.update('a', { x: 2 })
  await scene.document.receipt().stored
  device.setOnline(true)
  await settled(device)
  const items = await device.attention.list()
  expect(items).toMatchObject([
    { kind: 'conflict', code: 'CONFLICT', request: { scene: 'room' }, title: 'Change an element of room' },
    { kind: 'conflict', message: 'It is not in the scene any more.' },
  ])
  expect(scene.element('a')).toMatchObject({ x: 2 })
  await device.attention.retry(items[0]?.id ?? 0)
  await shows(scene, { a: 5 })
})

test('[SO4] twelve hundred changes and a server that is killed among them: all are there, in order, none is doubled', async () => {
  const server = await serveProducts()
  const device = openProducts(server)
  const scene = await openProducts(server).scenes.open('board')
  device.setOnline(false)
  const ids = Array.from({ length: 600 }, (_, at) => `e${String(at).padStart(3, '0')}`)
  await device.scenes.queue('board', [...ids.map((id) => add(id)), ...ids.map((id, at) => move(id, at))])
  device.setOnline(true)
  await waitFor('some of it is there', () => scene.elements.length > 0)
  await server.stop('SIGKILL')
  await server.start()
  await device.sync.syncNow()
  await settled(device)
  await shows(scene, Object.fromEntries(ids.map((id, at) => [id, at])))
  expect(await device.attention.list()).toEqual([])
})

test('[SO12] who may only read is told so, and nothing of it is in the scene', async () => {
  const server = await serveProducts('jwt')
  const reader = { ...person('ron'), getToken: () => signToken({ user: 'ron', documents: [{ pattern: '*', access: 'read' }] }) }
  const [painter, device] = [openProducts(server, { auth: person('ann') }), openProducts(server, { auth: reader })]
  const scene = await painter.scenes.open('room')
  scene.add(box('a', 1))
  await scene.document.receipt().stored
  await device.scenes.queue('room', [move('a', 9)])
  await settled(device)
  expect(await device.attention.list()).toMatchObject([{ kind: 'rejected', code: 'FORBIDDEN' }])
  expect(scene.element('a')).toMatchObject({ x: 1 })
})
