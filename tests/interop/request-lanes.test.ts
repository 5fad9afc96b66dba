import 'fake-indexeddb/auto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { openProducts, serveProducts, tea, type ProductClient } from '../support/product-clients.ts'
import { waitFor } from '../support/wait-for.ts'

/** The app's own server: answers 200, but keeps those of lanes that hang waiting until it is told to answer. */
async function serveApp(hangs: (path: string) => boolean) {
  const arrived: string[] = []
  const held: ServerResponse[] = []
  const open = { now: 0, most: 0 }
  let isHanging = true
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    arrived.push(path)
    open.most = Math.max(open.most, ++open.now)
    response.on('close', () => open.now--)
    if (isHanging && hangs(path)) held.push(response)
    else response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    arrived,
    open,
    release: (): void => {
      isHanging = false
      for (const response of held.splice(0)) response.end()
    },
  }
}

async function keep(device: ProductClient, url: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const lane = path.split('/')[1] ?? ''
    await device.requests.capture(`${url}${path}`, { method: 'POST', body: path }, { lane })
  }
}

const isUpToDate = (device: ProductClient) => device.sync.state.status === 'upToDate'

test('[LN1] over HTTP: while one lane hangs the others and the records are delivered, and then the rest of it, in order', async () => {
  const [server, app] = [await serveProducts(), await serveApp((path) => path.startsWith('/hangs'))]
  const [device, other] = [openProducts(server), openProducts(server)]
  device.setOnline(false)
  await keep(device, app.url, ['/hangs/1', '/hangs/2', '/forms/1', '/forms/2'])
  device.setOnline(true)
  await waitFor('the other lane is empty', () => app.arrived.includes('/forms/2') && device.sync.state.pending === 2)
  // Made while the request hangs.
  await device.records.product.create(tea)
  await waitFor('another device has the record', async () => (await other.records.product.query()).length === 1)
  await waitFor('the record is settled', () => device.sync.state.pending === 2)
  expect([device.sync.state.status, app.arrived]).toEqual(['syncing', ['/hangs/1', '/forms/1', '/forms/2']])
  app.release()
  await waitFor('all is delivered', () => isUpToDate(device))
  expect([device.sync.state.pending, app.arrived]).toEqual([0, ['/hangs/1', '/forms/1', '/forms/2', '/hangs/2']])
})

test('[LN2, LN4] over HTTP: as many lanes are out as the setting has room for, and another number counts at once', async () => {
  const [server, app] = [await serveProducts(), await serveApp(() => true)]
  const device = openProducts(server)
  await waitFor('the device is up to date', () => isUpToDate(device))
  await device.sync.settings.update({ maximumConcurrentOperations: 1 })
  await keep(device, app.url, ['/a/1', '/b/1', '/c/1', '/d/1', '/e/1'])
  await waitFor('one is out', () => app.open.now === 1)
  const { id } = await device.records.product.create(tea)
  await waitFor('the record waits for its turn', () => device.sync.state.pending === 6)
  await device.sync.settings.update({ maximumConcurrentOperations: 4 })
  await waitFor('three are out', () => app.open.now === 3)
  await waitFor('the record has its place', async () => (await device.records.product.get(id))?.meta.isPending === false)
  expect([app.open.most, app.arrived.length]).toEqual([3, 3])
  app.release()
  await waitFor('all is delivered', () => isUpToDate(device))
  expect([app.open.most, app.arrived.toSorted()]).toEqual([3, ['/a/1', '/b/1', '/c/1', '/d/1', '/e/1']])
})
