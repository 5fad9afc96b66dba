import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createOriginGuard } from './origin-guard.ts'
import { isOriginAllowed, ownOriginsOf } from './origin.ts'

const allowedOrigins = ['https://app.example.org', 'http://127.0.0.1:5173']

describe('an origin', () => {
  const rules = { allowedOrigins, ownOrigins: ['http://127.0.0.1:8787'] }

  test.each(['https://app.example.org', 'http://127.0.0.1:5173', 'http://127.0.0.1:8787'])('[I9] allowed: %s', (origin) => {
    expect(isOriginAllowed(origin, rules)).toBe(true)
  })

  test.each([
    '',
    'null',
    'https://app.example.org.evil.example',
    'https://evil-app.example.org',
    'https://sub.app.example.org',
    'http://app.example.org',
    'https://app.example.org:8443',
    'https://app.example.org/',
    'https://APP.example.org',
    'http://127.0.0.1:8788',
    'http://localhost:8787',
    'https://127.0.0.1:8787',
    'http://127.0.0.1:8787, http://127.0.0.1:8787',
    'file://',
    'chrome-extension://abcdef',
  ])('[I9] foreign: %j', (origin) => {
    expect(isOriginAllowed(origin, rules)).toBe(false)
  })

  test('[I9] none at all: a program, judged by its token alone', () => {
    expect(isOriginAllowed(undefined, rules)).toBe(true)
  })
})

describe("the server's own origin", () => {
  const atNone = { mode: 'none', servesPages: true } as const
  const atJwt = { mode: 'jwt', servesPages: true } as const

  test('[I9] is the loopback name that the visitor used', () => {
    expect(ownOriginsOf('127.0.0.1:8787', atNone)).toEqual(['http://127.0.0.1:8787'])
    expect(ownOriginsOf('localhost', atNone)).toEqual(['http://localhost'])
    expect(ownOriginsOf('[::1]:8787', atNone)).toEqual(['http://[::1]:8787'])
  })

  test('[I9] is any name where tokens guard it and it serves pages, by http or https', () => {
    expect(ownOriginsOf('rejoin.example:8443', atJwt)).toEqual(['http://rejoin.example:8443', 'https://rejoin.example:8443'])
    expect(ownOriginsOf('rejoin.example', { ...atJwt, servesPages: false })).toEqual([])
  })

  test.each([
    undefined,
    '',
    'evil.example:8787',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '127.0.0.1@evil.example',
    '127.0.0.1/',
    'a b',
    '127.0.0.1:99999',
  ])('[I10] is not %j under auth none', (host) => {
    expect(ownOriginsOf(host, atNone)).toEqual([])
  })
})

describe('the guard', () => {
  const request = (headers: Record<string, string>, localAddress = '127.0.0.1') => {
    const socket = new Socket()
    Object.defineProperty(socket, 'localAddress', { value: localAddress })
    return Object.assign(new IncomingMessage(socket), { headers })
  }
  const none = createOriginGuard({ mode: 'none', allowedOrigins, servesPages: true })
  const jwt = createOriginGuard({ mode: 'jwt', allowedOrigins, servesPages: true })

  test('[I10] a page whose name was made to point here gets nothing under auth none', () => {
    const rebound = { host: 'evil.example:8787', origin: 'http://evil.example:8787' }
    expect(none.isAllowed(request(rebound))).toBe(false)
    expect(none.isAllowed(request({ host: 'evil.example:8787' }))).toBe(false)
    expect(none.isAllowed(request({}))).toBe(false)
  })

  test('[I10] loopback names, and the proxy of an allowed origin, are fine', () => {
    for (const host of ['127.0.0.1:1', 'localhost:1', '[::1]:1', 'app.example.org']) {
      expect(none.isAllowed(request({ host }))).toBe(true)
    }
    expect(none.isAllowed(request({ host: 'app.example.org', origin: 'https://app.example.org' }))).toBe(true)
  })

  test('[I10] auth none serves nobody who did not come by loopback, whatever the embedding program listens on', () => {
    expect(none.isAllowed(request({ host: '127.0.0.1' }, '192.0.2.1'))).toBe(false)
    expect(none.isAllowed(request({ host: '127.0.0.1' }, '::ffff:127.0.0.1'))).toBe(true)
    expect(jwt.isAllowed(request({ host: 'rejoin.example' }, '192.0.2.1'))).toBe(true)
  })

  test('[I9] with tokens, a foreign page is refused all the same', () => {
    expect(jwt.isAllowed(request({ host: 'rejoin.example', origin: 'https://evil.example' }))).toBe(false)
    expect(jwt.isAllowed(request({ host: 'rejoin.example', origin: 'https://rejoin.example' }))).toBe(true)
  })
})
