import { Buffer } from 'node:buffer'
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createManualTime } from '@rejoin/core/testing'
import { exportJWK, exportSPKI, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuthConfig } from '../config/server-config.ts'
import { createJwtAuthenticator, KeysUnavailableError } from './jwt-authenticator.ts'
import { createRevocations } from './revocations.ts'

const secret = 'b2f1c09ee5d94d1fa1c9a6f1f0a7d3e4'
const now = Date.UTC(2026, 10, 21) / 1000
const claims = { sub: 'ann', tenant: 'acme', iat: now, exp: now + 600 }

const notValid = { type: 'refused', code: 'UNAUTHENTICATED', reason: 'the token is not valid here' }

function authenticatorFor(key: Extract<AuthConfig, { mode: 'jwt' }>['key'], names: { issuer?: string; audience?: string } = {}) {
  const clock = createManualTime(now * 1000)
  const auth = { mode: 'jwt' as const, key, issuer: names.issuer, audience: names.audience }
  const revocations = createRevocations({ clock })
  return { revocations, ...createJwtAuthenticator({ auth, clock, revocations }) }
}

const bySecret = authenticatorFor({ type: 'secret', secret })

const part = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** Signs whatever it is given, sound or not. */
function forge(header: unknown, payload: unknown, key = secret, hash = 'sha256'): string {
  const content = `${part(header)}.${part(payload)}`
  return `${content}.${createHmac(hash, key).update(content).digest('base64url')}`
}

const good = forge({ alg: 'HS256', typ: 'JWT' }, claims)

describe('a good token', () => {
  test('[I2] names who asks', async () => {
    const answer = await bySecret.authenticate(
      forge(
        { alg: 'HS256' },
        {
          ...claims,
          role: 'admin',
          jti: 't1',
          documents: [{ pattern: 'a', access: 'read' }],
          entities: [{ entity: 'product', access: 'read' }],
        },
      ),
    )
    expect(answer).toMatchObject({
      type: 'identified',
      identity: {
        tenant: 'acme',
        user: 'ann',
        isAdmin: true,
        tokenId: 't1',
        issuedAt: now * 1000,
        expiresAt: (now + 600) * 1000,
        scope: 'only ["product"]',
      },
    })
    if (answer.type !== 'identified') throw new Error('refused')
    expect(answer.identity.documentAccess('a')).toBe('read')
    expect(answer.identity.documentAccess('b')).toBe('none')
    expect(answer.identity.entityAccess('product')).toBe('read')
    expect(answer.identity.entityAccess('recipe')).toBe('none')
  })

  test.each<[string, object]>([
    ['the least', { sub: 'ann', tenant: 'acme', exp: now + 1 }],
    ['ended 59 s ago', { ...claims, exp: now - 59 }],
    ['begins in 60 s', { ...claims, nbf: now + 60 }],
    ['fractions of seconds', { ...claims, exp: now + 1.5 }],
    ['claims of others', { ...claims, groups: [], email: 'ann@example.org', aud: 'anyone', iss: 'anyone' }],
  ])('[I3] %s', async (_name, payload) => {
    expect(await bySecret.authenticate(forge({ alg: 'HS256' }, payload))).toMatchObject({ type: 'identified' })
  })
})

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()

describe('a bad token', () => {
  test.each<[string, string]>([
    ['empty', ''],
    ['no token', 'hello'],
    ['no signature', good.slice(0, good.lastIndexOf('.') + 1)],
    ['four parts', `${good}.${part({})}`],
    ['general form with two signatures', JSON.stringify({ payload: part(claims), signatures: [{}, {}] })],
    ['another secret', forge({ alg: 'HS256' }, claims, `${secret}!`)],
    ['secret with a space before it', forge({ alg: 'HS256' }, claims, ` ${secret}`)],
    ['changed payload', good.replace(/\.[^.]+\./, `.${part({ ...claims, sub: 'eve' })}.`)],
    ['alg none', `${part({ alg: 'none' })}.${part(claims)}.`],
    ['alg None', `${part({ alg: 'None' })}.${part(claims)}.`],
    ['alg none, signed', forge({ alg: 'none' }, claims)],
    ['no alg', forge({}, claims)],
    ['alg HS512', forge({ alg: 'HS512' }, claims, secret, 'sha512')],
    ['alg hs256', forge({ alg: 'hs256' }, claims)],
    ['alg RS256 over a secret', forge({ alg: 'RS256' }, claims)],
    ['alg of another type', forge({ alg: ['HS256'] }, claims)],
  ])('[I2] %s', async (_name, token) => {
    expect(await bySecret.authenticate(token)).toEqual(notValid)
  })

  test.each<[string, object]>([
    ['no exp', { sub: 'ann', tenant: 'acme' }],
    ['exp as text', { ...claims, exp: String(now + 600) }],
    ['exp null', { ...claims, exp: null }],
    ['exp beyond all time', { ...claims, exp: 1e300 }],
    ['nbf in 61 s', { ...claims, nbf: now + 61 }],
    ['nbf as text', { ...claims, nbf: '0' }],
    ['no sub', { ...claims, sub: undefined }],
    ['sub as number', { ...claims, sub: 7 }],
    ['empty sub', { ...claims, sub: '' }],
    ['no tenant', { ...claims, tenant: undefined }],
    ['empty tenant', { ...claims, tenant: '' }],
    ['two tenants', { ...claims, tenant: ['acme', 'other'] }],
    ['NUL in the tenant', { ...claims, tenant: 'acme\0doc' }],
    ['tenant of 300 characters', { ...claims, tenant: 'x'.repeat(300) }],
  ])('[I3] %s', async (_name, payload) => {
    expect(await bySecret.authenticate(forge({ alg: 'HS256' }, payload))).toEqual(notValid)
  })

  test('[I3] an end is told from a fault, but only behind a good signature', async () => {
    const ended = { ...claims, exp: now - 61 }
    expect(await bySecret.authenticate(forge({ alg: 'HS256' }, ended))).toMatchObject({ type: 'refused', code: 'TOKEN_EXPIRED' })
    expect(await bySecret.authenticate(forge({ alg: 'HS256' }, ended, 'another'))).toEqual(notValid)
  })

  test.each<[string, object, object]>([
    ['unknown crit', { alg: 'HS256', crit: ['x'], x: 1 }, claims],
    ['known crit', { alg: 'HS256', crit: ['b64'], b64: true }, claims],
    ['unencoded payload', { alg: 'HS256', crit: ['b64'], b64: false }, claims],
    ['empty crit', { alg: 'HS256', crit: [] }, claims],
    ['an ID token', { alg: 'HS256', typ: 'id_token' }, claims],
    ['a logout token', { alg: 'HS256', typ: 'logout+jwt' }, claims],
    ['documents as object', { alg: 'HS256' }, { ...claims, documents: { pattern: '*', access: 'write' } }],
    ['documents as text', { alg: 'HS256' }, { ...claims, documents: '*' }],
    ['entities as text', { alg: 'HS256' }, { ...claims, entities: '*' }],
    ['entities null', { alg: 'HS256' }, { ...claims, entities: null }],
    ['entities of another access', { alg: 'HS256' }, { ...claims, entities: [{ entity: '*', access: 'admin' }] }],
    ['documents null', { alg: 'HS256' }, { ...claims, documents: null }],
    ['access of another kind', { alg: 'HS256' }, { ...claims, documents: [{ pattern: '*', access: 'admin' }] }],
    ['empty pattern', { alg: 'HS256' }, { ...claims, documents: [{ pattern: '', access: 'write' }] }],
    ['roles as list', { alg: 'HS256' }, { ...claims, role: ['admin'] }],
  ])('[I4] %s', async (_name, header, payload) => {
    expect(await bySecret.authenticate(forge(header, payload))).toEqual(notValid)
  })

  test('[I4] the role of another name is nobody special', async () => {
    for (const role of ['Admin', 'admin ', 'administrator']) {
      expect(await bySecret.authenticate(forge({ alg: 'HS256' }, { ...claims, role }))).toMatchObject({
        identity: { isAdmin: false },
      })
    }
  })

  test('[I5] 100 KB are not even looked at', async () => {
    const long = forge({ alg: 'HS256' }, { ...claims, padding: 'x'.repeat(100_000) })
    expect(await bySecret.authenticate(long)).toEqual(notValid)
    expect(await bySecret.authenticate(undefined)).toEqual({
      type: 'refused',
      code: 'UNAUTHENTICATED',
      reason: 'this server wants a token',
    })
  })

  test.each([
    ['jwk', { jwk: { kty: 'oct', k: part('eve') } }],
    ['jku', { jku: 'http://127.0.0.1:9/keys' }],
    ['x5u', { x5u: 'http://127.0.0.1:9/cert' }],
    ['kid as path', { kid: '../../dev/null' }],
    ['kid as query', { kid: "' UNION SELECT 'eve" }],
  ])('[I2] a key hint of the token changes nothing: %s', async (_name, hint) => {
    expect(await bySecret.authenticate(forge({ alg: 'HS256', ...hint }, claims, 'eve'))).toEqual(notValid)
    expect(await bySecret.authenticate(forge({ alg: 'HS256', ...hint }, claims))).toMatchObject({ type: 'identified' })
  })

  test('[I6] every fault has one answer', async () => {
    const faults = [good.slice(1), forge({ alg: 'none' }, claims), forge({ alg: 'HS256' }, { ...claims, tenant: 1 })]
    expect(await Promise.all(faults.map((token) => bySecret.authenticate(token)))).toEqual(faults.map(() => notValid))
  })

  test('[I3] issuer and audience count where they are configured', async () => {
    const strict = authenticatorFor({ type: 'secret', secret }, { issuer: 'https://issuer.example', audience: 'rejoin' })
    const sign = (names: object) => forge({ alg: 'HS256' }, { ...claims, ...names })
    expect(await strict.authenticate(sign({ iss: 'https://issuer.example', aud: ['else', 'rejoin'] }))).toMatchObject({
      type: 'identified',
    })
    for (const names of [
      {},
      { iss: 'https://issuer.example' },
      { iss: 'https://evil.example', aud: 'rejoin' },
      { iss: 'https://issuer.example', aud: 'x' },
    ]) {
      expect(await strict.authenticate(sign(names))).toEqual(notValid)
    }
  })
})

test('[I8] a revoked token is refused and says so', async () => {
  const authenticator = authenticatorFor({ type: 'secret', secret })
  await authenticator.revocations.revoke('acme', { user: 'ann' })
  expect(await authenticator.authenticate(good)).toEqual({
    type: 'refused',
    code: 'UNAUTHENTICATED',
    reason: 'this token was revoked',
  })
})

describe('a key set', () => {
  let server: Server
  let url: string
  let answer: () => { status: number; body: string }
  beforeAll(async () => {
    const published = JSON.stringify({
      keys: [
        { ...(await exportJWK(publicKey)), kid: 'k1' },
        { kty: 'oct', k: part(secret), kid: 'hmac' },
      ],
    })
    answer = () => ({ status: 200, body: published })
    server = createServer((_request, response) => {
      const { status, body } = answer()
      response.writeHead(status).end(body)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/keys`
  })
  afterAll(() => void server.close())

  const sign = (key: KeyObject, header: { alg: string; kid?: string }) => new SignJWT(claims).setProtectedHeader(header).sign(key)

  test('[I2] verifies what its keys signed, and nothing else', async () => {
    const byKeys = authenticatorFor({ type: 'jwks', url })
    expect(await byKeys.authenticate(await sign(privateKey, { alg: 'RS256', kid: 'k1' }))).toMatchObject({ type: 'identified' })
    const strangers = generateKeyPairSync('rsa', { modulusLength: 2048 })
    expect(await byKeys.authenticate(await sign(strangers.privateKey, { alg: 'RS256', kid: 'k1' }))).toEqual(notValid)
    expect(await byKeys.authenticate(await sign(privateKey, { alg: 'RS256', kid: 'k2' }))).toEqual(notValid)
  })

  test('[I2] takes no public key for an HMAC secret, nor an HMAC key at all', async () => {
    const byKeys = authenticatorFor({ type: 'jwks', url })
    for (const key of [publicPem, publicPem.trim(), ` ${publicPem}`, await exportSPKI(publicKey)]) {
      expect(await byKeys.authenticate(forge({ alg: 'HS256', kid: 'k1' }, claims, key))).toEqual(notValid)
    }
    expect(await byKeys.authenticate(forge({ alg: 'HS256', kid: 'hmac' }, claims))).toEqual(notValid)
  })

  test('[I11] that cannot be had judges nobody', async () => {
    const byKeys = authenticatorFor({ type: 'jwks', url })
    const token = await sign(privateKey, { alg: 'RS256', kid: 'k1' })
    const before = answer
    for (const broken of [
      { status: 500, body: '' },
      { status: 200, body: 'no JSON' },
      { status: 200, body: '{"keys":7}' },
    ]) {
      answer = () => broken
      await expect(byKeys.authenticate(token)).rejects.toThrow(KeysUnavailableError)
    }
    answer = before
    const nowhere = authenticatorFor({ type: 'jwks', url: 'http://127.0.0.1:1/keys' })
    await expect(nowhere.authenticate(token)).rejects.toThrow(KeysUnavailableError)
  })
})
