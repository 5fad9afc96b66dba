import 'fake-indexeddb/auto'
import type { ClientAuth, SyncState } from '@rejoin/client'
import { expect, test } from 'vitest'
import { openProducts, person, serveProducts, tea, type ProductClient } from '../support/product-clients.ts'
import { signToken } from '../support/sign-token.ts'
import { waitFor } from '../support/wait-for.ts'

const reach = (device: ProductClient, status: SyncState['status']): Promise<SyncState> =>
  waitFor(`the device is ${status}`, () => device.sync.state.status === status && device.sync.state)

async function namesOf(device: ProductClient): Promise<readonly string[]> {
  return (await device.records.product.query()).map(({ name }) => name).toSorted()
}

const shows = (device: ProductClient, names: readonly string[]): Promise<true> =>
  waitFor(`it shows ${names.join()}`, async () => (await namesOf(device)).join() === names.join() || undefined)

test('[CL1] made, changed and deleted offline, then online: the server has it, and another device shows it', async () => {
  const server = await serveProducts()
  const device = openProducts(server)
  device.setOnline(false)
  const { id } = await device.records.product.create(tea)
  const { id: gone } = await device.records.product.create({ ...tea, name: 'Gone' })
  await device.records.product.update(id, { name: 'Green tea' })
  await device.records.product.delete(gone)
  expect(await namesOf(device)).toEqual(['Green tea'])
  expect(device.sync.state).toMatchObject({ status: 'offline', lastError: { message: 'Syncing is switched off.' } })
  device.setOnline(true)
  expect(await reach(device, 'upToDate')).toMatchObject({ pending: 0, failed: 0, attention: 0 })
  await shows(openProducts(server), ['Green tea'])
})

test('[CL2] two devices that follow the feed see each other’s changes and converge', async () => {
  const server = await serveProducts()
  const [one, two] = [openProducts(server), openProducts(server)]
  await Promise.all([reach(one, 'upToDate'), reach(two, 'upToDate')])
  const { id } = await one.records.product.create(tea)
  await shows(two, ['Tea'])
  await Promise.all([one.records.product.update(id, { priceCents: 350 }), two.records.product.update(id, { quantity: 9 })])
  const both = { name: 'Tea', priceCents: 350, quantity: 9 }
  for (const device of [one, two]) {
    await waitFor('both changes are there', async () => {
      const found = await device.records.product.get(id)
      return found !== undefined && found.priceCents === 350 && found.quantity === 9 && !found.meta.isPending
    })
    expect(await device.records.product.get(id)).toMatchObject(both)
  }
})

test('[CL3] a restart of the server in the middle loses and doubles nothing', async () => {
  const server = await serveProducts()
  const [one, two] = [openProducts(server), openProducts(server)]
  const names = Array.from({ length: 40 }, (_, index) => `product ${String(index).padStart(2, '0')}`)
  for (const [index, name] of names.entries()) {
    await one.records.product.create({ ...tea, name })
    if (index === 10) await server.stop('SIGKILL')
    if (index === 25) await server.start()
  }
  await one.sync.syncNow()
  expect(await reach(one, 'upToDate')).toMatchObject({ pending: 0 })
  await two.sync.syncNow()
  await shows(two, names)
})

test('[CL4] an expired token is renewed once, and nobody notices (kill case 44)', async () => {
  const server = await serveProducts('jwt')
  const asked: boolean[] = []
  const getToken: ClientAuth['getToken'] = (options) => {
    asked.push(options?.isRefused ?? false)
    return signToken({ user: 'ann', lifeSeconds: asked.includes(true) ? 600 : -60 })
  }
  const device = openProducts(server, { auth: { tenant: 'acme', user: 'ann', getToken } })
  await device.records.product.create(tea)
  await reach(device, 'upToDate')
  expect(asked.filter((isRefused) => isRefused)).toEqual([true])
  await shows(openProducts(server, { auth: person('bob') }), ['Tea'])
})

test('[CL5] before the opt-in nothing leaves the device; signing in brings all of it to the server, once', async () => {
  const server = await serveProducts('jwt')
  const app = 'opt-in'
  const device = openProducts(server, { app, sync: 'optIn' })
  const { id } = await device.records.product.create(tea)
  const { id: gone } = await device.records.product.create({ ...tea, name: 'Gone' })
  await waitFor('it is known to be off', () => device.sync.state.status === 'paused' && device.sync.state.pending === 2)
  const seen: string[][] = []
  const stop = device.records.product.liveQuery().subscribe((found) => seen.push(found.map(({ name }) => name)))
  await device.sync.enable({ auth: person('ann') })
  await reach(device, 'upToDate')
  await device.records.product.delete(gone)
  await device.records.product.update(id, { name: 'Green tea' })
  await waitFor('the live query goes on', () => seen.at(-1)?.join() === 'Green tea')
  stop()
  await reach(device, 'upToDate')
  const other = openProducts(server, { auth: person('bob') })
  await shows(other, ['Green tea'])
  await device.close()

  const again = openProducts(server, { app, auth: person('ann'), sync: 'optIn' })
  expect(await namesOf(again)).toEqual(['Green tea'])
  await reach(again, 'upToDate')
  await again.close()
  expect(await namesOf(openProducts(server, { app, sync: 'optIn' }))).toEqual([])
})

test('[CL6] who signs in on a device that has records of theirs gets what was made without them, once', async () => {
  const server = await serveProducts('jwt')
  const app = 'moved'
  const first = openProducts(server, { app, auth: person('ann') })
  await first.records.product.create({ ...tea, name: 'Before' })
  await reach(first, 'upToDate')
  await first.close()
  const nobody = openProducts(server, { app, sync: 'optIn' })
  const { id } = await nobody.records.product.create({ ...tea, name: 'Between' })
  await nobody.records.product.update(id, { quantity: 7 })
  await nobody.sync.enable({ auth: person('ann') })
  expect(await reach(nobody, 'upToDate')).toMatchObject({ pending: 0, attention: 0 })
  await shows(nobody, ['Before', 'Between'])
  await shows(openProducts(server, { auth: person('bob') }), ['Before', 'Between'])
})

test('[CL7] two persons, two tenants, one browser: nothing crosses (kill cases 45, 46)', async () => {
  const server = await serveProducts('jwt')
  const app = 'shared browser'
  const ann = openProducts(server, { app, auth: person('ann') })
  ann.setOnline(false)
  await ann.records.product.create({ ...tea, name: 'Ann’s' })
  await ann.close()
  const [bob, cleo] = [
    openProducts(server, { app, auth: person('bob') }),
    openProducts(server, { app, auth: person('cleo', 'globex') }),
  ]
  await cleo.records.product.create({ ...tea, name: 'Cleo’s' })
  await bob.records.product.create({ ...tea, name: 'Bob’s' })
  await Promise.all([reach(bob, 'upToDate'), reach(cleo, 'upToDate')])
  expect([await namesOf(bob), await namesOf(cleo)]).toEqual([['Bob’s'], ['Cleo’s']])
  const back = openProducts(server, { app, auth: person('ann') })
  await reach(back, 'upToDate')
  await shows(back, ['Ann’s', 'Bob’s'])
})

test('[CL8] two tabs without a sign-in, one signs in: the other sends nothing of it and asks to be reloaded', async () => {
  const server = await serveProducts('jwt')
  const app = 'two tabs'
  const [one, two] = [openProducts(server, { app, sync: 'optIn' }), openProducts(server, { app, sync: 'optIn' })]
  await one.records.product.create(tea)
  await shows(two, ['Tea'])
  await two.sync.enable({ auth: person('ann') })
  await reach(two, 'upToDate')
  expect(await reach(one, 'error')).toMatchObject({ lastError: { code: 'SIGNED_IN_ELSEWHERE' } })
  await shows(openProducts(server, { auth: person('bob') }), ['Tea'])
})
