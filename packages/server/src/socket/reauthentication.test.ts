import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { encodeReauthenticate } from '@rejoin/core'
import { createManualTime } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { bearer, createTestServer, jwtAuth } from '../testing/test-server.ts'
import { socketLimits } from './socket-limits.ts'

/** How often a device was asked for a fresh token until its own ended, and how it was closed then. */
async function lifeOf(tokenSeconds: number): Promise<readonly [timesAsked: number, closeReason: string]> {
  const nowSeconds = Math.floor(Date.now() / 1_000)
  const time = createManualTime(nowSeconds * 1_000)
  await using server = await createTestServer(jwtAuth, { clock: time, scheduler: time })
  await server.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.app.server.address() as AddressInfo
  const headers = await bearer({ sub: 'ada', documents: [{ pattern: '*', access: 'write' }], exp: nowSeconds + tokenSeconds })
  const ws = new WebSocket(`ws://127.0.0.1:${port}/documents/plan?client=rejoin&protocol=1`, { headers })
  let timesAsked = 0
  ws.on('message', (data: Buffer) => {
    if (data.equals(encodeReauthenticate())) timesAsked++
  })
  const closed = new Promise<string>((resolve) => ws.once('close', (_code, reason: Buffer) => resolve(reason.toString())))
  await once(ws, 'message')
  for (let spentMs = 0; spentMs <= tokenSeconds * 1_000 + socketLimits.sweepMs; spentMs += socketLimits.sweepMs)
    time.advance(socketLimits.sweepMs)
  const reason = await closed
  return [timesAsked, reason]
}

test('[I14] a device is asked once for a fresh token before its own ends, and closed when it ends', async () => {
  expect(await lifeOf(60)).toEqual([1, 'TOKEN_EXPIRED: the token has expired'])
})

test('[I14] one that came with a token about to end is not asked: it has no fresher one, or it would have come with that', async () => {
  expect(await lifeOf(20)).toEqual([0, 'TOKEN_EXPIRED: the token has expired'])
})
