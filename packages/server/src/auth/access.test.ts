import { createManualTime } from '@rejoin/core/testing'
import { describe, expect, test } from 'vitest'
import { readRequestToken, readUpgradeToken } from './bearer-token.ts'
import { documentAccessOf } from './document-grants.ts'
import { entityAccessOf, entityScopeOf } from './entity-grants.ts'
import type { Identity } from './identity.ts'
import { createNoneAuthenticator } from './none-authenticator.ts'
import { createRevocations } from './revocations.ts'

test('[I1] under auth none everybody is the same and may write', async () => {
  const answer = await createNoneAuthenticator().authenticate('whatever')
  expect(answer).toMatchObject({
    type: 'identified',
    identity: { tenant: 'default', user: null, isAdmin: true, expiresAt: undefined },
  })
  expect(answer.type === 'identified' && answer.identity.documentAccess('any')).toBe('write')
  expect(answer.type === 'identified' && answer.identity.entityAccess('any')).toBe('write')
})

describe('grants', () => {
  const read = (pattern: string) => ({ pattern, access: 'read' as const })
  const write = (pattern: string) => ({ pattern, access: 'write' as const })

  test.each([
    ['no claim at all', undefined, 'any', 'write'],
    ['an empty claim', [], 'any', 'none'],
    ['the exact name', [write('a')], 'a', 'write'],
    ['a longer name', [write('a')], 'ab', 'none'],
    ['another case', [write('a')], 'A', 'none'],
    ['a prefix', [read('team/*')], 'team/plan', 'read'],
    ['the bare prefix', [read('team/*')], 'team/', 'read'],
    ['beside the prefix', [read('team/*')], 'team', 'none'],
    ['everything', [read('*')], 'any', 'read'],
    ['the more permissive after', [read('*'), write('mine')], 'mine', 'write'],
    ['the more permissive before', [write('*'), read('mine')], 'mine', 'write'],
    ['an asterisk inside is no pattern', [write('a*b')], 'axb', 'none'],
    ['an asterisk inside is itself', [write('a*b')], 'a*b', 'write'],
    ['no regular expression', [write('.*')], 'x', 'none'],
  ] as const)('[I7] %s', (_name, grants, document, access) => {
    expect(documentAccessOf(grants && [...grants], document)).toBe(access)
  })
})

describe('grants of records', () => {
  const read = (entity: string) => ({ entity, access: 'read' as const })
  const write = (entity: string) => ({ entity, access: 'write' as const })

  test.each([
    ['no claim at all', undefined, 'write'],
    ['an empty claim', [], 'none'],
    ['the entity', [write('product')], 'write'],
    ['another entity', [write('products')], 'none'],
    ['all of them', [read('*')], 'read'],
    ['the more permissive after', [read('*'), write('product')], 'write'],
    ['the more permissive before', [write('*'), read('product')], 'write'],
    ['an asterisk inside is no pattern', [write('pro*')], 'none'],
  ] as const)('[I12] %s', (_name, grants, access) => {
    expect(entityAccessOf(grants && [...grants], 'product')).toBe(access)
  })

  test('[I12] the scope is what is shown, in whatever order and with whatever right it is named', () => {
    const scopes = [
      undefined,
      [write('*')],
      [read('*'), write('a')],
      [read('a'), read('b')],
      [write('b'), read('a'), read('a')],
      [],
    ]
    expect(scopes.map((grants) => entityScopeOf(grants))).toEqual([
      'all',
      'all',
      'all',
      'only ["a","b"]',
      'only ["a","b"]',
      'only []',
    ])
  })
})

describe('where a token is read from', () => {
  const query = (text: string) => new URLSearchParams(text)
  const absent = { type: 'absent' }
  const ambiguous = { type: 'ambiguous' }
  const found = (token: string) => ({ type: 'token', token })

  test.each([
    [undefined, absent],
    ['Bearer abc', found('abc')],
    ['bearer abc', found('abc')],
    ['Bearer', ambiguous],
    ['Bearer ', ambiguous],
    ['Bearer a b', ambiguous],
    ['Bearer  a', ambiguous],
    ['Basic YTpi', ambiguous],
    ['abc', ambiguous],
    [`Bearer ${'x'.repeat(8 * 1024 + 1)}`, ambiguous],
  ])('[I5] a request with Authorization %j', (authorization, reading) => {
    expect(readRequestToken({ authorization })).toEqual(reading)
  })

  test.each([
    [undefined, undefined, '', absent],
    [undefined, 'rejoin', 'client=rejoin', absent],
    [undefined, 'rejoin, bearer.abc', '', found('abc')],
    [undefined, 'bearer.abc,rejoin', '', found('abc')],
    [undefined, undefined, 'token=abc', found('abc')],
    ['Bearer abc', 'rejoin, bearer.abc', 'token=abc', found('abc')],
    ['Bearer abc', 'rejoin, bearer.def', '', ambiguous],
    [undefined, 'bearer.abc, bearer.def', '', ambiguous],
    [undefined, undefined, 'token=abc&token=def', ambiguous],
    [undefined, undefined, 'token=', ambiguous],
    [undefined, 'bearer.', '', ambiguous],
    ['Basic YTpi', undefined, 'token=abc', ambiguous],
    [undefined, `bearer.${'x'.repeat(9_000)}`, '', ambiguous],
  ])('[I5] an upgrade with %j, %j and ?%s', (authorization, protocols, search, reading) => {
    expect(readUpgradeToken({ authorization, 'sec-websocket-protocol': protocols }, query(search))).toEqual(reading)
  })
})

describe('revocations', () => {
  const start = Date.UTC(2026, 10, 21)
  const identity = (more: Partial<Identity>): Identity => ({
    tenant: 'acme',
    user: 'ann',
    isAdmin: false,
    tokenId: 't1',
    issuedAt: start - 1000,
    expiresAt: start + 600_000,
    documentAccess: () => 'write',
    entityAccess: () => 'write',
    scope: '*',
    ...more,
  })

  test('[I8] of a user ends every token issued until then, in that tenant', async () => {
    const revocations = createRevocations({ clock: createManualTime(start) })
    expect(revocations.isRevoked(identity({}))).toBe(false)
    expect(await revocations.revoke('acme', { user: 'ann' })).toBe(true)
    expect(revocations.isRevoked(identity({}))).toBe(true)
    expect(revocations.isRevoked(identity({ tokenId: undefined, issuedAt: undefined }))).toBe(true)
    expect(revocations.isRevoked(identity({ tenant: 'other' }))).toBe(false)
    expect(revocations.isRevoked(identity({ user: 'bob' }))).toBe(false)
    expect(revocations.isRevoked(identity({ user: null }))).toBe(false)
  })

  test('[I8] an issuer whose clock is ahead gets nobody past it; a minute later the user may sign in again', async () => {
    const revocations = createRevocations({ clock: createManualTime(start) })
    await revocations.revoke('acme', { user: 'ann' })
    expect(revocations.isRevoked(identity({ issuedAt: start + 60_000 }))).toBe(true)
    expect(revocations.isRevoked(identity({ issuedAt: start + 60_001 }))).toBe(false)
  })

  test('[I8] of a token ends that token, in that tenant', async () => {
    const revocations = createRevocations({ clock: createManualTime(start) })
    await revocations.revoke('acme', { tokenId: 't1' })
    expect(revocations.isRevoked(identity({}))).toBe(true)
    expect(revocations.isRevoked(identity({ user: 'bob' }))).toBe(true)
    expect(revocations.isRevoked(identity({ tokenId: 't2' }))).toBe(false)
    expect(revocations.isRevoked(identity({ tokenId: undefined }))).toBe(false)
    expect(revocations.isRevoked(identity({ tenant: 'other' }))).toBe(false)
    expect(revocations.isRevoked(identity({ tokenId: 'ann', user: 't1' }))).toBe(false)
  })

  test('[I8] are heard of at once, until the listener leaves', async () => {
    const revocations = createRevocations({ clock: createManualTime(start) })
    const heard: boolean[] = []
    const stop = revocations.subscribe(() => heard.push(revocations.isRevoked(identity({}))))
    await revocations.revoke('acme', { tokenId: 't1' })
    stop()
    await revocations.revoke('acme', { user: 'ann' })
    expect(heard).toEqual([true])
  })

  test('[I8] are refused when the list is full, and none is forgotten', async () => {
    const revocations = createRevocations({ clock: createManualTime(start) })
    await revocations.revoke('acme', { user: 'ann' })
    for (let i = 1; i < 100_000; i += 1) await revocations.revoke('acme', { tokenId: `x${i}` })
    expect(await revocations.revoke('acme', { user: 'bob' })).toBe(false)
    expect(revocations.isRevoked(identity({}))).toBe(true)
  })
})
