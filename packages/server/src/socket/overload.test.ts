import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createManualTime } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createRecordingSyncService } from '../testing/recording-sync-service.ts'
import { createTestServer } from '../testing/test-server.ts'
import { socketLimits } from './socket-limits.ts'

/** Close code and reason. */
async function closeOf(ws: WebSocket): Promise<readonly [number, string]> {
  const [code, reason]: [number, Buffer] = await new Promise((resolve) => ws.once('close', (...close) => resolve(close)))
  return [code, reason.toString()]
}

test('[WG1] while the event loop is late, newcomers of documents and of the feed are sent away, and those who are here stay', async () => {
  let delayMs = 0
  const time = createManualTime(Date.now())
  await using server = await createTestServer(
    {},
    {
      clock: time,
      scheduler: time,
      loopDelay: { takeP99Ms: () => delayMs, elapsedMs: () => time.now() },
      syncService: createRecordingSyncService(),
    },
  )
  await server.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.app.server.address() as AddressInfo
  const connect = (path: string): WebSocket => new WebSocket(`ws://127.0.0.1:${port}${path}`)
  const resident = connect('/documents/plan')
  await once(resident, 'message')

  delayMs = 300
  for (let spentMs = 0; spentMs < socketLimits.overloadedAfterMs; spentMs += socketLimits.sweepMs)
    time.advance(socketLimits.sweepMs)
  const refusal = [1013, 'OVERLOADED: the server is too busy for newcomers']
  expect(await closeOf(connect('/documents/plan'))).toEqual(refusal)
  expect(await closeOf(connect('/documents/plan?client=rejoin&protocol=1'))).toEqual(refusal)
  expect(await closeOf(connect('/changes'))).toEqual(refusal)
  expect(resident.readyState).toBe(WebSocket.OPEN)
  expect((await server.app.inject('/metrics')).payload).toContain('rejoin_refusals_total{code="OVERLOADED"} 2')

  delayMs = 10
  time.advance(socketLimits.sweepMs)
  const newcomer = connect('/documents/plan')
  await once(newcomer, 'message')
  resident.terminate()
  newcomer.terminate()
})

test('[WG1] a clock that is set makes no overload of a short spell, and keeps no overload from being one', async () => {
  let setMs = 0
  const time = createManualTime(Date.now())
  await using server = await createTestServer(
    {},
    {
      clock: { now: () => time.now() + setMs },
      scheduler: time,
      loopDelay: { takeP99Ms: () => 300, elapsedMs: () => time.now() },
    },
  )
  await server.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.app.server.address() as AddressInfo
  const connect = (): WebSocket => new WebSocket(`ws://127.0.0.1:${port}/documents/plan`)
  time.advance(socketLimits.sweepMs)
  setMs = 60 * 60_000
  time.advance(socketLimits.sweepMs)
  const early = connect()
  await once(early, 'message')
  setMs = -60 * 60_000
  time.advance(socketLimits.overloadedAfterMs)
  expect(await closeOf(connect())).toEqual([1013, 'OVERLOADED: the server is too busy for newcomers'])
  early.terminate()
})
