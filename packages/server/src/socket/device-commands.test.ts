import type { AddressInfo } from 'node:net'
import { deviceCommandsFrameSchema, type DeviceCommand } from '@rejoin/core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { sampleReport } from '../testing/device-store-contract.ts'
import { createRecordingSyncService } from '../testing/recording-sync-service.ts'
import { bearer, createTestServer, jwtAuth, type TestServer } from '../testing/test-server.ts'
import { ChangeFeed } from './change-feed.ts'

let server: TestServer
const sockets: WebSocket[] = []
beforeEach(async () => {
  server = await createTestServer(jwtAuth, { syncService: createRecordingSyncService() })
  await server.app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await server[Symbol.asyncDispose]()
})

interface Listening {
  readonly ws: WebSocket
  /** Kinds and numbers of each frame with commands. */
  readonly told: (readonly string[])[]
}

async function listen(user: string, query: string): Promise<Listening> {
  const { port } = server.app.server.address() as AddressInfo
  const { authorization } = await bearer({ sub: user })
  const ws = new WebSocket(`ws://127.0.0.1:${port}/changes${query}`, { headers: { authorization } })
  sockets.push(ws)
  const told: (readonly string[])[] = []
  let hints = 0
  ws.on('message', (data: Buffer) => {
    const frame: unknown = JSON.parse(data.toString())
    const { data: commands } = deviceCommandsFrameSchema.safeParse(frame)
    if (commands === undefined) hints++
    else told.push(commands.commands.map(({ kind, number }) => `${kind} ${number}`))
  })
  await vi.waitFor(() => expect(hints).toBe(1))
  return { ws, told }
}

const report = async (user: string) =>
  server.app.inject({
    method: 'POST',
    url: '/api/v1/devices/report',
    headers: await bearer({ sub: user }),
    payload: sampleReport(),
  })
const give = async (kind: string, user = 'ann') =>
  (
    await server.app.inject({
      method: 'POST',
      url: `/api/v1/sync/background/${kind}?deviceId=phone`,
      headers: await bearer({ sub: user }),
    })
  ).json<unknown>()

test('[DV8] a device hears what waits for it, then each command, every time of all that is not acknowledged', async () => {
  await report('ann')
  await give('pause')
  const phone = await listen('ann', '?deviceId=phone')
  await vi.waitFor(() => expect(phone.told).toEqual([['pause 1']]))
  expect(await give('start')).toMatchObject({ isLive: true })
  await vi.waitFor(() => expect(phone.told).toEqual([['pause 1'], ['pause 1', 'start 2']]))
  phone.ws.close()
  await vi.waitFor(async () => expect(await give('resume')).toMatchObject({ isLive: false }))
})

test('[DV8] who names no device, none, another one, or has another user’s of that id hears nothing of commands', async () => {
  await report('ann')
  await report('bob')
  const others = await Promise.all([
    listen('ann', ''),
    listen('ann', '?deviceId=a/b'),
    listen('ann', '?deviceId=tablet'),
    listen('bob', '?deviceId=phone'),
  ])
  const phone = await listen('ann', '?deviceId=phone')
  await give('start')
  await vi.waitFor(() => expect(phone.told).toHaveLength(1))
  await give('pause', 'bob')
  await vi.waitFor(() => expect(others[3]?.told.flat()).toContain('pause 1'))
  expect([...others, phone].map(({ told }) => told)).toEqual([[], [], [], [['pause 1']], [['start 1']]])
})

test('[DV9] for a slow reader the latest commands are one frame, and a hint is not lost over them', () => {
  const sent: string[] = []
  const taken: (() => void)[] = []
  const ws: Pick<WebSocket, 'readyState' | 'send' | 'on'> = Object.assign(Object.create(WebSocket.prototype), {
    on: () => ws,
    send: (text: string, done: () => void) => {
      sent.push(text)
      taken.push(done)
    },
  })
  Object.defineProperty(ws, 'readyState', { value: 1 })
  const commands = (number: number): DeviceCommand[] => [{ kind: 'start', number, issuedAt: '2026-11-21T10:00:00.000Z' }]
  const feed = new ChangeFeed({
    ws: ws as WebSocket,
    identity: { expiresAt: undefined } as ConstructorParameters<typeof ChangeFeed>[0]['identity'],
    counters: { hintsOut: 0 } as ConstructorParameters<typeof ChangeFeed>[0]['counters'],
    now: () => 0,
    defer: (run) => run(),
  })
  for (const number of [1, 2, 3]) feed.command(commands(number))
  feed.hint({ from: 0, to: 1, head: 1, epoch: 'one' })
  for (let next = taken.shift(); next !== undefined; next = taken.shift()) next()
  expect(sent.map((text) => JSON.parse(text))).toEqual([
    { commands: commands(1) },
    { commands: commands(3) },
    { from: 1, to: 1, head: 1, epoch: 'one' },
  ])
})
