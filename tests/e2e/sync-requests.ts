import { operationSchema, syncResponseSchema, type OperationResult } from '@rejoin/core'
import type { BrowserContext, Route } from 'playwright-core'
import { gunzipSync } from 'node:zlib'
import { z } from 'zod'

const requestSchema = z.looseObject({ operations: z.array(operationSchema) })
type SyncRequest = z.infer<typeof requestSchema>
type Operation = SyncRequest['operations'][number]

/** What stands between a page and its server: it answers for some operations itself, the server for the others. */
export interface Interception {
  /** For the whole request, in place of the server: a status, with an answer as the server writes it. */
  readonly refuse?: (operations: readonly Operation[]) => number | undefined
  /** For one operation; `undefined`: the server's. */
  readonly answer?: (operation: Operation) => Omit<OperationResult, 'operationId'> | undefined
  /** Resolves when the request may go on. */
  readonly mayGoOn?: (operations: readonly Operation[]) => Promise<void>
}

/** Puts that between this browser and its server. */
export async function interceptSync(context: BrowserContext, interception: Interception): Promise<void> {
  await context.route('**/api/sync', (route) => handle(route, interception))
}

async function handle(route: Route, { refuse, answer, mayGoOn }: Interception): Promise<void> {
  const request = readRequest(route)
  const { operations } = request
  await mayGoOn?.(operations)
  const status = refuse?.(operations)
  if (status !== undefined) {
    await route.fulfill({ status, json: { code: 'UNAUTHORIZED', message: 'as the test wants it' } })
    return
  }
  const own = new Map(
    operations.flatMap((operation) => {
      const result = answer?.(operation)
      return result === undefined ? [] : [[operation.operationId, { operationId: operation.operationId, ...result }]]
    }),
  )
  const { 'content-encoding': _encoding, 'content-length': _length, ...headers } = await route.request().allHeaders()
  const forwarded = { ...request, operations: operations.filter(({ operationId }) => !own.has(operationId)) }
  const response = await route.fetch({ headers, postData: JSON.stringify(forwarded) })
  const body = syncResponseSchema.parse(await response.json())
  const theirs = new Map(body.results.map((result) => [result.operationId, result]))
  const results = operations.flatMap(({ operationId }) => own.get(operationId) ?? theirs.get(operationId) ?? [])
  await route.fulfill({ status: 200, json: { ...body, results } })
}

function readRequest(route: Route): SyncRequest {
  const bytes = route.request().postDataBuffer() ?? Buffer.from('{}')
  const isCompressed = route.request().headers()['content-encoding'] === 'gzip'
  return requestSchema.parse(JSON.parse((isCompressed ? gunzipSync(bytes) : bytes).toString('utf8')))
}
