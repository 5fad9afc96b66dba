import { expect, onTestFinished, test, vi } from 'vitest'
import { isCaptured } from '../captured-requests/capture-request.ts'
import { createClient } from '../create-client.ts'
import { stockSchema } from '../testing/test-records.ts'
import { hostCapture } from './host-requests.ts'

const networkError = new TypeError('Failed to fetch')
const ann = { tenant: 'acme', user: 'ann', getToken: () => Promise.resolve('token') }

test('[RQ1] what was begun without a sign-in is not kept for who signs in before the network has failed it', async () => {
  const { promise: answer, reject: fail } = Promise.withResolvers<Response>()
  vi.stubGlobal('fetch', () => answer)
  const client = createClient({
    url: 'http://127.0.0.1:1',
    schema: stockSchema,
    sync: 'optIn',
    requests: { routes: [{ match: 'https://app.example/forms' }] },
  })
  client.setOnline(false)
  onTestFinished(async () => {
    vi.unstubAllGlobals()
    await client.close()
  })
  const before = client.requests.fetch('https://app.example/forms', { method: 'POST' })
  await client.sync.enable({ auth: ann })
  fail(networkError)
  await expect(before).rejects.toBe(networkError)
  expect(await client.outbox.list()).toEqual([])
  const after = await client.requests.fetch('https://app.example/forms', { method: 'POST' })
  const message = 'Saved offline. Will sync when online.'
  expect([await after.json(), (await client.outbox.list()).length]).toEqual([
    { queued: true, id: expect.any(String), message },
    1,
  ])
  await client.sync.disable()
  const unsent = await client.requests.fetch('https://app.example/forms', { method: 'POST' })
  expect(await unsent.json()).toMatchObject({ message: 'Saved on this device. It is not sent before syncing is switched on.' })
})

test.each([
  'https://sync.example/api/sync',
  'https://sync.example/api/v1/devices/report',
  'https://sync.example/api/v1/sync/background/pause',
])('[RQ17] what the client itself sends to %s is the app’s under no route', (url) => {
  const capture = hostCapture('wss://sync.example', { routes: [{ match: 'https://sync.example/api' }] })
  expect(capture.syncServerOrigin).toBe('https://sync.example')
  const isMeant = (address: string): boolean => isCaptured(new Request(address, { method: 'POST' }), capture)
  expect([isMeant(url), isMeant('https://sync.example/api/v1/documents')]).toEqual([false, true])
})
