import type { Operation, SyncResponse } from '@rejoin/core'

/** An operation as far as its order matters. */
export interface LoggedOperation {
  readonly operationId: string
  readonly deviceSeq: number
  readonly priority: 'HIGH' | 'NORMAL' | 'LOW'
  readonly record: string
  readonly isCreate: boolean
  /** Records that it refers to. */
  readonly refersTo: readonly string[]
}

export interface LoggedPush {
  readonly operations: readonly LoggedOperation[]
  /** As sent, compressed where it was. */
  readonly bytes: number
  /** ms since the page was made; no `answeredAt`: the answer never came. */
  readonly startedAt: number
  answeredAt?: number
}

/**
 * Notes what every push of this page carries, and has the server say that no more than so many operations fit into one: a thousand would be
 * over before the first cut.
 */
export function logPushes(log: LoggedPush[], operationsMax: number): void {
  const send = window.fetch.bind(window)
  window.fetch = async (input, init) => {
    const address = input instanceof Request ? input.url : String(input)
    const body = init?.body
    if (!address.endsWith('/api/sync') || body === undefined || body === null) return send(input, init)
    const sent = await new Response(body).blob()
    const isGzip = new Headers(init?.headers).get('content-encoding') === 'gzip'
    const push: LoggedPush = { operations: await readOperations(sent, isGzip), bytes: sent.size, startedAt: performance.now() }
    log.push(push)
    const response = await send(input, { ...init, body: sent })
    if (!response.ok) return response
    const answer: SyncResponse = await response.json()
    push.answeredAt = performance.now()
    return Response.json({ ...answer, limits: { ...answer.limits, operationsMax } })
  }
}

/** How many timers rang on this page since this was called. */
export function countWakeUps(): () => number {
  let count = 0
  const setTimer = window.setTimeout.bind(window)
  const counting = (run: TimerHandler, delayMs?: number): number =>
    setTimer(() => {
      count++
      if (typeof run === 'function') run()
    }, delayMs)
  Object.defineProperty(window, 'setTimeout', { value: counting })
  return () => count
}

async function readOperations(sent: Blob, isGzip: boolean): Promise<readonly LoggedOperation[]> {
  const plain = isGzip ? sent.stream().pipeThrough(new DecompressionStream('gzip')) : sent.stream()
  const { operations }: { readonly operations: readonly Operation[] } = await new Response(plain).json()
  return operations.map(({ operationType, operationId, deviceSeq, priority = 'NORMAL', entityType, recordId, payload }) => {
    const { productId } = payload
    const refersTo = typeof productId === 'string' ? [`product/${productId}`] : []
    const record = `${entityType}/${recordId}`
    return { operationId, deviceSeq, priority, record, isCreate: operationType === 'create', refersTo }
  })
}
