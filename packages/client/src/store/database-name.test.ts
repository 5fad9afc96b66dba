import { expect, test } from 'vitest'
import { databaseNameFor } from './database-name.ts'

test('[D22] no two scopes share a database', () => {
  const scopes = [
    { app: 'a', tenant: 'b', user: 'c' },
    { app: 'a/b', tenant: 'c', user: '' },
    { app: 'a', tenant: 'b/c', user: '' },
    { app: 'a', tenant: 'b', user: 'c/d' },
    { app: 'a', tenant: 'b', user: 'c', serverOrigin: 'd' },
    { app: 'a%2Fb', tenant: 'c', user: '' },
    { app: 'A', tenant: 'b', user: 'c' },
  ]
  const names = scopes.map(databaseNameFor)
  expect(new Set(names).size).toBe(scopes.length)
  expect(databaseNameFor({ app: 'rejoin', tenant: 'default', user: 'anonymous' })).toBe('rejoin/rejoin/default/anonymous')
})
