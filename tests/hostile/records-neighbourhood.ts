import { createSeededRandom } from '@rejoin/core/testing'
import { expect } from 'vitest'
import { createOperationMaker, demoSchemaFlags, push, pushed, type OperationMaker } from '../support/record-operations.ts'
import { readRecordFeed } from '../support/read-record-feed.ts'
import { jwtSecret, signToken, type TokenClaims } from '../support/sign-token.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'

/** What must never come back to anybody else, nor be logged. */
export const secretText = 'the canary in the neighbour’s record'

/** A server with tokens and the demo's records, attacked by one while others work. */
export function startRecordServer(): Promise<RunningServer> {
  return startServer({ flags: ['--auth', 'jwt', ...demoSchemaFlags], environment: { REJOIN_JWT_SECRET: jwtSecret } })
}

export type Headers = Readonly<Record<string, string>>

export async function headersOf(claims: TokenClaims): Promise<Headers> {
  return { authorization: `Bearer ${await signToken(claims)}` }
}

let made = 0

/** A device name that nobody had. */
export function freshMaker(tenantId = 'acme'): OperationMaker {
  made += 1
  return createOperationMaker(`device-${made}`, createSeededRandom(made), tenantId)
}

/** A user of another tenant and one of the same, with a record each, while somebody attacks. */
export interface RecordNeighbourhood {
  /** Record id that both neighbours used, each in their own tenant. */
  readonly recordId: string
  /** Holds what an attack must leave alone: the process, all rows of both tenants, the log, and the neighbours' work. */
  expectUnharmed(): Promise<void>
}

export async function createRecordNeighbourhood(server: RunningServer): Promise<RecordNeighbourhood> {
  const neighbours = await Promise.all(
    (['acme', 'globex'] as const).map(async (tenant) => ({
      headers: await headersOf({ user: 'grace', tenant }),
      maker: freshMaker(tenant),
    })),
  )
  const recordId = `record-${made}`
  const write = (recordOf: string) =>
    Promise.all(
      neighbours.map(async ({ headers, maker }) => {
        const payload = { title: secretText, body: secretText }
        const operations = [maker.next({ entityType: 'recipe', operationType: 'create', recordId: recordOf, payload })]
        const { results } = await pushed(server, { headers, operations, deviceId: maker.deviceId })
        expect(results.map(({ status }) => status)).toEqual(['applied'])
      }),
    )
  const rows = () => Promise.all(neighbours.map(async ({ headers }) => (await readRecordFeed(server, undefined, headers))?.rows))
  await write(recordId)
  const before = await rows()
  return {
    recordId,
    async expectUnharmed() {
      expect(server.isAlive).toBe(true)
      expect(await rows()).toEqual(before)
      await write(`${recordId}-after`)
      expect(server.output()).not.toContain(secretText)
    },
  }
}

/** The status and code of a refused push. */
export async function refusalOf(server: RunningServer, options: Parameters<typeof push>[1]): Promise<readonly [number, string]> {
  const response = await push(server, options)
  const { code } = (await response.json()) as { readonly code: string }
  return [response.status, code]
}
