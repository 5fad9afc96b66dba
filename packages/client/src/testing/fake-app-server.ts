import type { NewRequest } from '../outbox/request-queue.ts'
import type { ReplayReply, RequestReplayer, RequestToReplay } from '../sync/request-replayer.ts'

export function answered(status: number, more: { readonly message?: string; readonly retryAfterMs?: number } = {}): ReplayReply {
  return { type: 'answered', status, message: more.message, retryAfterMs: more.retryAfterMs }
}

/** The app's own server, and the way to it: answers 200 unless a test says otherwise, and remembers what it was asked. */
export class FakeAppServer implements RequestReplayer {
  readonly received: (RequestToReplay & { readonly isTokenRefused: boolean })[] = []
  answer: (request: RequestToReplay) => ReplayReply = () => answered(200)

  replay(request: RequestToReplay, { isTokenRefused }: { readonly isTokenRefused: boolean }): Promise<ReplayReply> {
    this.received.push({ ...request, isTokenRefused })
    return Promise.resolve(this.answer(request))
  }

  get paths(): readonly string[] {
    return this.received.map(({ url }) => new URL(url).pathname)
  }
}

/** A request that the app had kept: a POST to this path. */
export function sampleRequest(path: string, more: Partial<NewRequest> = {}): NewRequest {
  return {
    method: 'POST',
    url: `https://app.example${path}`,
    headers: { 'content-type': 'application/json' },
    credentials: 'same-origin',
    isAuthorized: true,
    title: `Send ${path}`,
    lane: 'requests',
    body: new TextEncoder().encode(`{"path":"${path}"}`),
    ...more,
  }
}
