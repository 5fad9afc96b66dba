import { expect, test } from 'vitest'
import { rest, SyncDevice, type SyncTab } from '../testing/sync-device.ts'

const beet = { name: 'Beet' }

/** A page, and a tab beside it that stands for its worker. */
function openPair() {
  const device = new SyncDevice()
  const { promise: gone, resolve: end } = Promise.withResolvers<void>()
  const told: string[] = []
  const deputy = {
    gone,
    setOnline: (isOnline: boolean) => void told.push(isOnline ? 'on' : 'off'),
    close: () => void told.push('closed'),
  }
  // The page is first, and would have the lock if it asked for it.
  const page = device.openTab({ deputy })
  return { device, page, told, end, openWorker: (): SyncTab => device.openTab() }
}

test('[DR12] a tab with a deputy looks on, shows what it says, and sends through it', async () => {
  const { device, page, openWorker } = openPair()
  await rest()
  expect(device.requests).toEqual([])
  const worker = openWorker()
  await page.local.records.product.create(beet)
  await rest()
  expect(device.server.rows()).toMatchObject([{ fields: beet }])
  const before = device.requests.length
  expect(await page.sync.syncNow()).toMatchObject({ status: 'upToDate', pending: 0 })
  expect(device.requests.length).toBeGreaterThan(before)
  expect([page.status, worker.status]).toEqual(['upToDate', 'upToDate'])
  // Only one of them may hold the lock, so the page never did.
  await worker.close()
  await device.advance(5_000)
  const after = device.requests.length
  await page.local.records.product.create(beet)
  await rest()
  expect({ sent: device.requests.length - after, pending: page.sync.state.pending }).toEqual({ sent: 0, pending: 1 })
})

test('[DR12] when the deputy is gone the tab goes on at once', async () => {
  const { device, page, end, openWorker } = openPair()
  const worker = openWorker()
  await rest()
  await worker.close()
  await page.local.records.product.create(beet)
  await rest()
  expect(device.server.rows()).toEqual([])
  end()
  await rest()
  expect(device.server.rows()).toMatchObject([{ fields: beet }])
  expect(page.status).toBe('upToDate')
})

test('[DR12] a deputy that never began, or hangs, is replaced after 10 s where somebody looks at the page', async () => {
  for (const isVisible of [true, false]) {
    const { device, page } = openPair()
    page.isVisible = isVisible
    await page.local.records.product.create(beet)
    await device.advance(9_000)
    expect(device.server.rows()).toEqual([])
    await device.advance(2_000)
    expect({ isVisible, rows: device.server.rows().length }).toEqual({ isVisible, rows: isVisible ? 1 : 0 })
  }
})

test('[DR12] the person’s switch and the end of the page are the deputy’s too', async () => {
  const { page, told } = openPair()
  page.sync.setOnline(false)
  page.sync.setOnline(true)
  await page.close()
  expect(told).toEqual(['off', 'on', 'closed'])
})
