import { describe, expect, test } from 'vitest'
import type { NewRequest } from '../outbox/request-queue.ts'
import { StoreError } from '../store/store-error.ts'
import { capturedBodyBytesMax, captureRequest, isCaptured, type CaptureParts } from './capture-request.ts'
import type { CapturedRoute } from './captured-route.ts'
import { createRequests } from './requests.ts'

const origin = 'https://app.example'
const networkError = new TypeError('Failed to fetch')

interface Page extends CaptureParts {
  readonly kept: NewRequest[]
  readonly fetched: Request[]
}

/** A page without a network, unless a test says otherwise. */
function page(routes: readonly CapturedRoute[], more: Partial<CaptureParts> = {}): Page {
  const [kept, fetched] = [new Array<NewRequest>(), new Array<Request>()]
  return {
    routes,
    origin,
    syncServerOrigin: 'https://sync.example',
    ownUrls: [`${origin}/api/sync`, `${origin}/api/v1/devices`],
    fetch: async (request) => {
      fetched.push(request)
      // As a browser does: the body is gone afterwards.
      await request.arrayBuffer()
      throw networkError
    },
    openKeeper: () => ({
      keep: (request) => {
        kept.push(request)
        return Promise.resolve({ id: `id ${kept.length}`, willSync: true })
      },
    }),
    makeKey: () => 'a key',
    kept,
    fetched,
    ...more,
  }
}

const post = (path: string, init: RequestInit = {}): Request => new Request(new URL(path, origin), { method: 'POST', ...init })
const forms: readonly CapturedRoute[] = [{ match: '/api/forms' }]
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

describe('a request of a named route', () => {
  test('[RQ1] that the network fails is kept, and answered with 202', async () => {
    const parts = page([{ match: '/api/forms', title: 'Send feedback form', lane: 'forms', priority: 'HIGH' }])
    const headers = { 'content-type': 'application/json', authorization: 'Bearer secret' }
    const response = await captureRequest(post('/api/forms/7?a=1#top', { body: '{"a":1}', headers }), parts)
    expect([response.status, response.headers.get('x-rejoin-queued'), await response.json()]).toEqual([
      202,
      'id 1',
      { queued: true, id: 'id 1', message: 'Saved offline. Will sync when online.' },
    ])
    expect(parts.kept).toEqual([
      {
        method: 'POST',
        url: 'https://app.example/api/forms/7?a=1',
        headers: { 'content-type': 'application/json' },
        credentials: 'same-origin',
        isAuthorized: true,
        title: 'Send feedback form',
        lane: 'forms',
        priority: 'HIGH',
        idempotencyKey: 'a key',
        body: expect.any(Uint8Array),
      },
    ])
    expect(text(parts.kept[0]?.body)).toBe('{"a":1}')
  })

  test('[RQ10] the first attempt has the key of all later ones: it may have arrived', async () => {
    const parts = page([{ match: () => true, origins: ['https://other.example'] }])
    const keys = async (url: string, init: RequestInit = {}): Promise<unknown> => {
      await captureRequest(new Request(url, { method: 'POST', body: 'a', ...init }), parts)
      return [
        parts.fetched.at(-1)?.headers.get('idempotency-key'),
        parts.kept.at(-1)?.idempotencyKey,
        text(parts.kept.at(-1)?.body),
      ]
    }
    expect(await keys(`${origin}/a`)).toEqual(['a key', 'a key', 'a'])
    expect(await keys(`${origin}/a`, { headers: { 'idempotency-key': 'own' } })).toEqual(['own', 'own', 'a'])
    expect(await keys('https://other.example/a')).toEqual([null, undefined, 'a'])
    expect(await keys('https://other.example/a', { headers: { 'idempotency-key': 'own' } })).toEqual(['own', 'own', 'a'])
    expect(await keys(`${origin}/a`, { mode: 'no-cors' })).toEqual([null, undefined, 'a'])
  })

  test.each([200, 204, 302, 409, 422, 500, 503])('[RQ2] an answer of %d is passed on, and nothing is kept', async (status) => {
    const answer = new Response(null, { status })
    const parts = page(forms, { fetch: () => Promise.resolve(answer) })
    expect(await captureRequest(post('/api/forms'), parts)).toBe(answer)
    expect(parts.kept).toEqual([])
  })

  test('[RQ1] what the app itself gave up is not kept, nor what failed for another reason than the network', async () => {
    const controller = new AbortController()
    const given = page(forms, {
      fetch: () => {
        controller.abort()
        return Promise.reject(networkError)
      },
    })
    await expect(captureRequest(post('/api/forms', { signal: controller.signal }), given)).rejects.toBe(networkError)
    const timeout = new DOMException('too slow', 'TimeoutError')
    const slow = page(forms, { fetch: () => Promise.reject(timeout) })
    await expect(captureRequest(post('/api/forms'), slow)).rejects.toBe(timeout)
    const late = new AbortController()
    const title = (): string => {
      late.abort()
      return 'Send form'
    }
    const reading = page([{ match: '/api/forms', title }])
    await expect(captureRequest(post('/api/forms', { signal: late.signal }), reading)).rejects.toBe(networkError)
    expect([given.kept, slow.kept, reading.kept]).toEqual([[], [], []])
  })

  test('[RQ1] where the device cannot keep it the error of the network is passed on: never 202 for what is not on the disk', async () => {
    const full = { keep: () => Promise.reject(new StoreError('quotaExceeded', 'no room')) }
    await expect(captureRequest(post('/api/forms'), page(forms, { openKeeper: () => full }))).rejects.toBe(networkError)
  })

  test('[RQ1] where syncing was not enabled, nobody is told that it is sent when there is a network', async () => {
    const openKeeper = () => ({ keep: () => Promise.resolve({ id: 'id', willSync: false }) })
    const response = await captureRequest(post('/api/forms'), page(forms, { openKeeper }))
    const message = 'Saved on this device. It is not sent before syncing is switched on.'
    expect([response.status, await response.json()]).toEqual([202, { queued: true, id: 'id', message }])
  })

  test('[RQ1] whose it is, is asked when it begins: who signs in before the network has failed it does not get it', async () => {
    let person = 'ann'
    const keptFor: string[] = []
    const parts = page(forms, {
      openKeeper: () => {
        const owner = person
        return { keep: () => Promise.resolve({ id: `id ${keptFor.push(owner)}`, willSync: true }) }
      },
      fetch: () => {
        person = 'bob'
        return Promise.reject(networkError)
      },
    })
    expect((await captureRequest(post('/api/forms'), parts)).status).toBe(202)
    const body = new ReadableStream({
      pull: (stream) => {
        person = 'eve'
        stream.close()
      },
    })
    const streamed: RequestInit & { readonly duplex: 'half' } = { method: 'POST', body, duplex: 'half' }
    await createRequests(parts).capture(`${origin}/api/forms`, streamed)
    expect([keptFor, person]).toEqual([['ann', 'bob'], 'eve'])
  })

  test('[RQ3] other routes and methods are fetched as ever, and their failures passed on', async () => {
    const parts = page(forms)
    const others = [
      post('/api/other'),
      new Request(`${origin}/api/forms`),
      new Request(`${origin}/api/forms`, { method: 'HEAD' }),
    ]
    for (const request of others) await expect(captureRequest(request, parts)).rejects.toBe(networkError)
    expect([parts.fetched, parts.kept]).toEqual([others, []])
  })

  test('[RQ17] what the engine itself sends is not captured once more, however wide a route is', async () => {
    const parts = page([{ match: '/api' }])
    const own = [
      post('/api/forms', { headers: { 'x-rejoin-replay': '1' } }),
      post('/api/sync', { body: '{}' }),
      post('/api/v1/devices/report', { body: '{}' }),
    ]
    for (const request of own) await expect(captureRequest(request, parts)).rejects.toBe(networkError)
    expect(parts.kept).toEqual([])
    for (const path of ['/api/syncs', '/api/v1/documents']) await captureRequest(post(path), parts)
    expect(parts.kept.map(({ url }) => url)).toEqual([`${origin}/api/syncs`, `${origin}/api/v1/documents`])
  })
})

describe('the body', () => {
  test('[RQ4] of a form is kept byte for byte, with its boundary', async () => {
    const form = new FormData()
    form.set('name', 'Köhler')
    form.set('photo', new Blob([Uint8Array.from({ length: 256 }, (_, byte) => byte)], { type: 'image/png' }), 'a.png')
    const parts = page(forms)
    await captureRequest(post('/api/forms', { body: form }), parts)
    const [{ headers, body } = { headers: {}, body: undefined }] = parts.kept
    const again = await new Response(body, { headers }).formData()
    expect(again.get('name')).toBe('Köhler')
    const photo = again.get('photo')
    expect(photo instanceof File ? [photo.name, photo.type, [...new Uint8Array(await photo.arrayBuffer())]] : photo).toEqual([
      'a.png',
      'image/png',
      Array.from({ length: 256 }, (_, byte) => byte),
    ])
  })

  test('[RQ4] may be 5 MiB long; one byte more is answered with 413, and nothing is kept', async () => {
    const parts = page(forms)
    const fits = await captureRequest(post('/api/forms', { body: new Uint8Array(capturedBodyBytesMax) }), parts)
    expect([fits.status, parts.kept.map(({ body }) => body?.byteLength)]).toEqual([202, [5_242_880]])
    const response = await captureRequest(post('/api/forms', { body: new Uint8Array(capturedBodyBytesMax + 1) }), parts)
    expect([response.status, response.headers.has('x-rejoin-queued'), parts.kept.length]).toEqual([413, false, 1])
    expect(await response.json()).toEqual({
      code: 'TOO_LARGE',
      message:
        'There is no network, and this is too large to be kept until there is one (the limit is 5 MiB). Please send it again when you are online.',
    })
  })

  test('[RQ4] may be missing', async () => {
    const parts = page(forms)
    await captureRequest(new Request(`${origin}/api/forms/7`, { method: 'DELETE' }), parts)
    expect(parts.kept).toMatchObject([{ method: 'DELETE', body: undefined, headers: {}, title: 'Delete /api/forms/7' }])
  })
})

describe('what lets somebody in', () => {
  test('[RQ5] is not among the headers that are kept, whatever the route names', async () => {
    const secret = [
      'authorization',
      'proxy-authorization',
      'x-api-key',
      'x-auth-token',
      'x-csrf-token',
      'x-session-id',
      'x-signature',
      'x-jwt-assertion',
      'x-access-key',
    ]
    const headers = Object.fromEntries(secret.map((name) => [name, 'secret']))
    const parts = page([{ match: '/api/forms', headers: [...secret, 'X-Form-Version'] }])
    const more = { ...headers, accept: 'application/json', 'x-form-version': '3', 'x-other': 'no' }
    await captureRequest(post('/api/forms', { headers: more }), parts)
    expect(parts.kept[0]?.headers).toEqual({ accept: 'application/json', 'x-form-version': '3' })
    expect(JSON.stringify(parts.kept)).not.toContain('secret')
  })

  test.each([
    '?token=secret',
    '?access_token=x',
    '?api_key=x',
    '?a=1&Session=x',
    '?sv=1&sig=x',
    '?accessKey=x',
    '?SID=x',
    '?pwd=x',
  ])('[RQ5] an address with %s is not kept', async (query) => {
    const parts = page(forms)
    await expect(captureRequest(post(`/api/forms${query}`), parts)).rejects.toBe(networkError)
    await expect(createRequests(parts).capture(`${origin}/api/forms${query}`, { method: 'POST' })).rejects.toThrow(TypeError)
    expect(parts.kept).toEqual([])
  })

  test('[RQ5] an author is nobody’s secret, nor is a side or a design', async () => {
    const parts = page(forms)
    await captureRequest(post('/api/forms?author=ann&authors=2&side=left&design=3'), parts)
    expect(parts.kept).toMatchObject([{ url: 'https://app.example/api/forms?author=ann&authors=2&side=left&design=3' }])
  })

  test('[RQ5] a token is promised to this origin and the sync server alone, unless the route says otherwise', async () => {
    const others = ['https://sync.example', 'https://other.example']
    const kept = async (url: string, route: Partial<CapturedRoute> = {}, headers: HeadersInit = { authorization: 'Basic x' }) => {
      const parts = page([{ match: () => true, origins: others, ...route }])
      await captureRequest(new Request(url, { method: 'POST', headers }), parts)
      return parts.kept[0]?.isAuthorized
    }
    expect([
      await kept(`${origin}/a`),
      await kept('https://sync.example/a'),
      await kept('https://other.example/a'),
      await kept(`${origin}/a`, {}, {}),
      await kept('https://other.example/a', { isAuthorized: true }),
      await kept(`${origin}/a`, { isAuthorized: false }),
    ]).toEqual([true, true, false, false, true, false])
  })
})

describe('routes', () => {
  const fits = (route: CapturedRoute, url: string, method = 'POST'): boolean =>
    isCaptured(new Request(new URL(url, origin), { method }), { routes: [route], origin, ownUrls: [] })

  test.each<readonly [string, CapturedRoute, string, boolean]>([
    ['a path', { match: '/api' }, '/api', true],
    ['what is below a path', { match: '/api' }, '/api/forms?x=1', true],
    ['not what only begins alike', { match: '/api' }, '/apiary', false],
    ['not another origin', { match: '/api' }, 'https://other.example/api', false],
    ['a path as it is spoken', { match: '/bücher/ä b' }, '/bücher/ä b/1', true],
    ['another origin that is named', { match: '/api', origins: ['https://other.example'] }, 'https://other.example/api', true],
    ['an address with an origin', { match: 'https://other.example/api' }, 'https://other.example/api/1', true],
    ['not its path elsewhere', { match: 'https://other.example/api' }, '/api/1', false],
    ['a whole origin', { match: 'https://other.example' }, 'https://other.example/x', true],
    ['a pattern', { match: /\/forms\/\d+$/g }, '/api/forms/7', true],
    ['not what no pattern fits', { match: /\/forms\/\d+$/ }, '/api/forms/x', false],
    ['no pattern on another origin', { match: /forms/ }, 'https://other.example/forms', false],
    ['what has a test', { match: { test: (url) => url === 'https://app.example/x' } }, '/x', true],
    ['what a function says', { match: ({ url }) => url.endsWith('/x') }, '/x', true],
    ['not another method', { match: '/api', methods: ['PUT'] }, '/api', false],
  ])('[RQ3] %s', (_name, route, url, isExpected) => {
    expect([fits(route, url), fits(route, url)]).toEqual([isExpected, isExpected])
  })

  test('[RQ3] all four methods that change something, and no other', () => {
    const found = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET', 'HEAD', 'OPTIONS'].filter((method) =>
      fits({ match: '/' }, '/', method),
    )
    expect(found).toEqual(['POST', 'PUT', 'PATCH', 'DELETE'])
  })
})

describe('for pages', () => {
  test('[RQ1] fetch keeps what fails, and capture keeps at once', async () => {
    const parts = page(forms)
    const requests = createRequests(parts)
    expect((await requests.fetch(`${origin}/api/forms`, { method: 'PUT', body: 'a' })).status).toBe(202)
    const captured = await requests.capture(`${origin}/elsewhere`, { method: 'POST', body: 'b' }, { title: 'Order tea' })
    expect([captured.status, parts.fetched.length]).toEqual([202, 1])
    expect(parts.kept).toMatchObject([
      { method: 'PUT', title: 'Save /api/forms', lane: 'requests' },
      { method: 'POST', title: 'Order tea', url: 'https://app.example/elsewhere', lane: 'requests' },
    ])
    await expect(requests.capture(`${origin}/elsewhere`)).rejects.toThrow(TypeError)
  })

  test('[RQ1] a title that the app cannot make is no reason to lose the request', async () => {
    const parts = page([
      {
        match: '/api',
        title: () => {
          throw new Error('unexpected')
        },
      },
    ])
    expect((await createRequests(parts).fetch(`${origin}/api`, { method: 'PATCH' })).status).toBe(202)
    const odd = page([{ match: '/api', title: () => Object(undefined) }])
    expect((await createRequests(odd).fetch(`${origin}/api`, { method: 'PATCH' })).status).toBe(202)
    expect([parts.kept, odd.kept]).toMatchObject([[{ title: 'Change /api' }], [{ title: 'Change /api' }]])
  })
})
