import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http'
import { createManualTime, type ManualTime } from '@rejoin/core/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createHttpReplayer, replayTimeoutMs, type HttpReplayerParts, type ReplayFetch } from './http-replayer.ts'
import type { RequestReplayer, RequestToReplay } from './request-replayer.ts'

const now = Date.parse('2026-11-21T10:00:00.000Z')
const fresh = { isTokenRefused: false }

interface Served {
  readonly url: string
  readonly replayer: RequestReplayer
  readonly time: ManualTime
  readonly received: { readonly method: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer }[]
}

async function serve(answer: RequestListener, more: Partial<HttpReplayerParts> = {}): Promise<Served> {
  const received: Served['received'] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ method: request.method ?? '', headers: request.headers, body: Buffer.concat(chunks) })
      answer(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = z.object({ port: z.number() }).parse(server.address())
  const time = createManualTime(now)
  const replayer = createHttpReplayer({
    fetch: (url, init) => fetch(url, init),
    getToken: () => Promise.resolve('a-token'),
    clock: time,
    scheduler: time,
    ...more,
  })
  return { url: `http://127.0.0.1:${port}/forms`, replayer, time, received }
}

const sayJson =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(JSON.stringify(body))

const requestTo = (url: string, more: Partial<RequestToReplay> = {}): RequestToReplay => ({
  requestId: '018f0000-0000-7000-8000-000000000001',
  idempotencyKey: 'a key',
  method: 'PATCH',
  url,
  headers: { 'content-type': 'application/x-form', accept: 'application/json' },
  credentials: 'same-origin',
  isAuthorized: true,
  body: Uint8Array.of(0, 1, 255),
  ...more,
})

describe('sending a request of the app', () => {
  test('[RQ17] as it was, with its id, a token of the moment, and a sign that it is the engine’s own', async () => {
    const { replayer, url, received } = await serve(sayJson(201, {}))
    expect(await replayer.replay(requestTo(url), fresh)).toEqual({
      type: 'answered',
      status: 201,
      message: undefined,
      retryAfterMs: undefined,
    })
    expect(received).toMatchObject([
      {
        method: 'PATCH',
        headers: {
          'content-type': 'application/x-form',
          accept: 'application/json',
          authorization: 'Bearer a-token',
          'idempotency-key': 'a key',
          'x-rejoin-replay': '1',
        },
        body: Buffer.of(0, 1, 255),
      },
    ])
  })

  test('[RQ5] without a token where it had none, or where nobody is signed in', async () => {
    const { replayer, url, received } = await serve(sayJson(200, {}))
    await replayer.replay(requestTo(url, { isAuthorized: false, method: 'DELETE', body: undefined }), fresh)
    const nobody = await serve(sayJson(200, {}), { getToken: undefined })
    await nobody.replayer.replay(requestTo(nobody.url), fresh)
    expect([...received, ...nobody.received].map(({ headers }) => headers.authorization)).toEqual([undefined, undefined])
  })

  test('[RQ9] a token that replaces a refused one is asked for as such', async () => {
    const asked: unknown[] = []
    const getToken = (options: unknown): Promise<string> => {
      asked.push(options)
      return Promise.resolve('other')
    }
    const { replayer, url } = await serve(sayJson(200, {}), { getToken })
    await replayer.replay(requestTo(url), fresh)
    await replayer.replay(requestTo(url), { isTokenRefused: true })
    expect(asked).toEqual([undefined, { isRefused: true }])
  })

  test('[RQ9] a token that cannot be had: nothing is sent', async () => {
    const { replayer, url, received } = await serve(sayJson(200, {}), { getToken: () => Promise.reject(new Error('signed out')) })
    expect(await replayer.replay(requestTo(url), fresh)).toEqual({
      type: 'noToken',
      message: 'The sign-in could not be renewed: signed out',
    })
    expect(received).toEqual([])
  })

  test('[RQ7] what the server says for people is told, and how long it wants to be left alone', async () => {
    const { replayer, url } = await serve(sayJson(503, { message: 'Back soon.' }, { 'retry-after': '7' }))
    expect(await replayer.replay(requestTo(url), fresh)).toEqual({
      type: 'answered',
      status: 503,
      message: 'Back soon.',
      retryAfterMs: 7_000,
    })
  })

  test.each([
    ['a page', '<html>'],
    ['no message', '{}'],
    ['an empty one', '{"message":""}'],
    ['none for people', '{"message":5}'],
  ])('[RQ7] %s is no sentence for people', async (_name, body) => {
    const { replayer, url } = await serve((_request, response) => response.writeHead(422).end(body))
    expect(await replayer.replay(requestTo(url), fresh)).toMatchObject({ status: 422, message: undefined })
  })

  test('[RQ17] an answer from another origin is not the server’s; one after a redirect inside it is', async () => {
    const portal = await serve(sayJson(200, {}))
    const caught = await serve((_request, response) => response.writeHead(302, { location: portal.url }).end())
    expect(await caught.replayer.replay(requestTo(caught.url), fresh)).toMatchObject({ type: 'unexpected' })
    const own = await serve((request, response) =>
      request.url === '/forms' ? response.writeHead(303, { location: '/thanks' }).end() : response.writeHead(200).end(),
    )
    expect(await own.replayer.replay(requestTo(own.url), fresh)).toMatchObject({ type: 'answered', status: 200 })
  })

  test('[RQ7] what was done is done, also where its answer breaks off or never ends', async () => {
    for (const spoil of [
      (response: ServerResponse): unknown => setImmediate(() => response.destroy()),
      (): unknown => undefined,
    ]) {
      const { replayer, url } = await serve((_request, response) => {
        response.writeHead(201, { 'content-length': 100 })
        response.write('{', () => spoil(response))
      })
      const reply = await replayer.replay(requestTo(url), fresh)
      expect(reply).toEqual({ type: 'answered', status: 201, message: undefined, retryAfterMs: undefined })
    }
  })

  test('[RQ7] a body that nobody reads holds up no connection', async () => {
    const cancelled: string[] = []
    const answers = [
      { status: 200, url: 'https://app.example/forms' },
      { status: 200, url: 'https://portal.example/' },
    ]
    const fetch: ReplayFetch = () => {
      const { status = 0, url = '' } = answers.shift() ?? {}
      const body = { cancel: () => Promise.resolve(void cancelled.push(url)) }
      return Promise.resolve({ status, url, body, headers: new Headers(), text: () => Promise.reject(new Error('read')) })
    }
    const { replayer } = await serve(sayJson(200, {}), { fetch })
    const request = requestTo('https://app.example/forms')
    expect(await replayer.replay(request, fresh)).toMatchObject({ type: 'answered', status: 200 })
    expect(await replayer.replay(request, fresh)).toMatchObject({ type: 'unexpected' })
    expect(cancelled).toEqual(['https://app.example/forms', 'https://portal.example/'])
  })

  test('[RQ8] a broken connection is nobody’s answer', async () => {
    const { replayer, url } = await serve((request) => request.socket.destroy())
    expect(await replayer.replay(requestTo(url), fresh)).toMatchObject({ type: 'unreachable' })
  })

  test('[RQ8] everything ends in time: 30 s, and more for a large body', async () => {
    for (const [body, timeoutMs] of [
      [undefined, replayTimeoutMs],
      [new Uint8Array(640_000), replayTimeoutMs + 10_000],
    ] as const) {
      const { promise: asked, resolve: hear } = Promise.withResolvers<void>()
      const { replayer, url, time } = await serve(() => hear())
      const reply = replayer.replay(requestTo(url, { body }), fresh)
      await asked
      time.advance(timeoutMs - 1)
      expect(await Promise.race([reply, Promise.resolve('under way')])).toBe('under way')
      time.advance(1)
      expect(await reply).toEqual({ type: 'unreachable', message: 'The server did not answer in time.' })
    }
  })

  describe('operations on a scene', () => {
    const result = {
      success: true,
      syncedCount: 1,
      conflictCount: 0,
      failedCount: 0,
      conflicts: [],
      failedOperations: [],
      durationMs: 1,
      timestamp: '2026-11-21T10:00:00.000Z',
      retryAttempts: 0,
    }
    const ask = async (answer: RequestListener) => {
      const { replayer, url } = await serve(answer)
      return replayer.replay(requestTo(url, { isScene: true }), fresh)
    }

    test('[SO10] the answer has a verdict on each', async () => {
      expect(await ask(sayJson(200, result))).toEqual({ type: 'scene', result })
    })

    test.each([
      ['a page', 200, '<html>'],
      ['another schema', 200, JSON.stringify({ ok: true })],
      ['half an answer', 200, JSON.stringify(result).slice(0, 40)],
      ['a proxy’s refusal', 403, 'no'],
      ['the word of another server', 404, JSON.stringify({ code: 'NO_SUCH_THING', message: 'not here' })],
    ])('[SO14] %s says nothing about any operation', async (_what, status, text) => {
      expect(await ask((_request, response) => response.writeHead(status).end(text))).toMatchObject({ type: 'unexpected' })
    })

    test('[SO14] a proxy’s fault is not the server’s', async () => {
      expect(await ask((_request, response) => response.writeHead(502).end('bad gateway'))).toMatchObject({ type: 'unreachable' })
    })

    test('[SO12] a refusal of the whole is judged by its status, with the server’s words', async () => {
      const refusal = { code: 'TOO_FAST', message: 'Wait a moment.' }
      expect(await ask(sayJson(429, refusal, { 'retry-after': '7' }))).toEqual({
        type: 'answered',
        status: 429,
        message: 'Wait a moment.',
        retryAfterMs: 7_000,
      })
    })
  })
})
