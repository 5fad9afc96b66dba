import { expect, test } from 'vitest'
import { createServer } from '../create-server.ts'
import { createLog } from '../http/create-log.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { bearer, jwtAuth } from '../testing/test-server.ts'

test('[I13] who was revoked stays so after a restart, and nobody else does', async () => {
  const dataDir = temporaryFolder()
  const open = () =>
    createServer({
      config: {
        host: '127.0.0.1',
        port: 0,
        dataDir,
        allowedOrigins: [],
        staticDir: undefined,
        schemaModule: undefined,
        logLevel: 'silent',
        rateLimits: true,
        ...jwtAuth,
      },
      log: createLog('silent'),
    })
  const people = {
    ann: { sub: 'ann' },
    bob: { sub: 'bob', jti: 'b1' },
    bobAgain: { sub: 'bob', jti: 'b2' },
    namesake: { sub: 'ann', tenant: 'other' },
  }
  const statuses = async (app: Awaited<ReturnType<typeof open>>) => {
    const entries = Object.entries(people).map(async ([name, claims]) => {
      const reply = await app.inject({ url: '/api/v1/documents', headers: await bearer(claims) })
      return [name, reply.statusCode] as const
    })
    return Object.fromEntries(await Promise.all(entries))
  }

  const first = await open()
  const headers = await bearer({ sub: 'root', role: 'admin' })
  for (const payload of [{ user: 'ann' }, { user: 'ann' }, { tokenId: 'b1' }]) {
    const reply = await first.inject({ method: 'POST', url: '/api/v1/admin/revocations', headers, payload })
    expect(reply.statusCode).toBe(204)
  }
  const before = await statuses(first)
  await first.close()
  const second = await open()
  const after = await statuses(second)
  await second.close()
  expect([before, after]).toEqual([before, before])
  expect(before).toEqual({ ann: 401, bob: 401, bobAgain: 200, namesake: 200 })
})
