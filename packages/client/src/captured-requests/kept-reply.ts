/** Names the request in the outbox; only the answers for requests that are kept have it. */
const queuedHeader = 'x-rejoin-queued'

export interface KeptRequest {
  readonly id: string
  /** `false`: not before somebody enables syncing on this device. */
  readonly willSync: boolean
}

/** It is on the device. */
export function queuedReply({ id, willSync }: KeptRequest): Response {
  const message = willSync
    ? 'Saved offline. Will sync when online.'
    : 'Saved on this device. It is not sent before syncing is switched on.'
  return json(202, { queued: true, id, message }, { [queuedHeader]: id })
}

export function tooLargeReply(bytesMax: number): Response {
  const message = `There is no network, and this is too large to be kept until there is one (the limit is ${bytesMax / 1024 / 1024} MiB). Please send it again when you are online.`
  return json(413, { code: 'TOO_LARGE', message }, {})
}

function json(status: number, body: object, headers: Record<string, string>): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  })
}
