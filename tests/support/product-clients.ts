import { createClient, type ClientAuth, type RecordsClient } from '@rejoin/client'
import { defineSchema, entity, lastWriteWins } from '@rejoin/core'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { demoSchemaFlags } from './record-operations.ts'
import { jwtSecret, signToken } from './sign-token.ts'
import { startServer, type RunningServer } from './start-server.ts'

/** As much of the demo's schema as tests of whole clients use; the server has all of it. */
const schema = defineSchema({
  version: 1,
  entities: {
    product: entity({
      fields: z.object({ name: z.string(), priceCents: z.int(), quantity: z.int() }),
      policy: lastWriteWins({ by: 'field' }),
    }),
  },
})
export type ProductClient = RecordsClient<typeof schema>

export const tea = { name: 'Tea', priceCents: 300, quantity: 4 }
let deviceCount = 0

/** A server with the demo's schema, until the test has finished. */
export async function serveProducts(auth: 'none' | 'jwt' = 'none'): Promise<RunningServer> {
  const environment: Record<string, string> = auth === 'jwt' ? { REJOIN_JWT_SECRET: jwtSecret } : {}
  const server = await startServer({ flags: ['--auth', auth, ...demoSchemaFlags], environment })
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

/** Another device, or with the same `app` another tab of one; until the test has finished. Wants an IndexedDB. */
export function openProducts(
  server: RunningServer,
  more: { app?: string; auth?: ClientAuth; sync?: 'optIn' } = {},
): ProductClient {
  const client = createClient({ url: server.url, app: `device ${++deviceCount}`, schema, ...more })
  onTestFinished(() => client.close())
  return client
}

export function person(user: string, tenant = 'acme'): ClientAuth {
  return { tenant, user, getToken: () => signToken({ user, tenant }) }
}
