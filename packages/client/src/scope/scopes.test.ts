import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { createManualTime } from '@rejoin/core/testing'
import { describe, expect, test } from 'vitest'
import { createIndexedDbScopeRegistry } from './indexed-db-scope-registry.ts'
import { createMemoryScopeRegistry } from './memory-scope-registry.ts'
import type { Scope, ScopeRegistry } from './scope-registry.ts'

const place = { app: 'stock', serverOrigin: 'wss://sync.example' }
const ann = { tenant: 'acme', user: 'ann' }
const bob = { tenant: 'acme', user: 'bob' }

/** Each call opens the registry as another tab, or after a reload. */
function memoryPlace(): () => ScopeRegistry {
  const scopes = new Map<string, Scope>()
  let count = 0
  return () => createMemoryScopeRegistry(() => `id ${++count}`, scopes)
}

function indexedDbPlace(): () => ScopeRegistry {
  const [indexedDB, clock] = [new IDBFactory(), createManualTime()]
  let count = 0
  return () =>
    createIndexedDbScopeRegistry({
      databaseName: 'rejoin/scopes',
      clock,
      indexedDB,
      keyRange: IDBKeyRange,
      makeId: () => `id ${++count}`,
    })
}

describe.each([
  ['in memory', memoryPlace],
  ['in IndexedDB', indexedDbPlace],
])('scopes %s', (_name, makePlace) => {
  test('[SP1] the same request opens the same database, in every tab and after a reload', async () => {
    const open = makePlace()
    const tabs = [open(), open(), open()]
    const opened = await Promise.all(tabs.map((tab) => tab.open(place)))
    expect(new Set(opened.map(({ databaseName }) => databaseName)).size).toBe(1)
    expect(await open().open({ ...place, owner: ann })).toEqual(await open().open({ ...place, owner: ann }))
  })

  test('[SP2] other persons, tenants, apps and servers have others (P7)', async () => {
    const registry = makePlace()()
    const requests = [
      place,
      { ...place, owner: ann },
      { ...place, owner: bob },
      { ...place, owner: { ...ann, tenant: 'globex' } },
      { ...place, app: 'other', owner: ann },
      { ...place, serverOrigin: 'wss://other.example', owner: ann },
      { ...place, owner: { tenant: 'local', user: 'id 1' } },
    ]
    const names: string[] = []
    for (const request of requests) names.push((await registry.open(request)).databaseName)
    expect(new Set(names).size).toBe(requests.length)
  })

  test('[SP3] who signs in first takes the database over; afterwards nobody has another one', async () => {
    const open = makePlace()
    const registry = open()
    const { databaseName } = await registry.open(place)
    await registry.adopt(databaseName, ann)
    await registry.adopt(databaseName, bob)
    expect(await open().open({ ...place, owner: ann })).toEqual({ databaseName, moves: [] })
    const next = await open().open(place)
    expect(next.databaseName).not.toBe(databaseName)
    expect(await open().find(databaseName)).toEqual({ ...place, databaseName, owner: ann })
  })

  test('[SP4] who has a database here gets the work of the other one moved into it', async () => {
    const open = makePlace()
    const registry = open()
    const own = await registry.open({ ...place, owner: ann })
    const { databaseName: nobodys } = await registry.open(place)
    await registry.adopt(nobodys, ann)
    await registry.adopt(nobodys, ann)
    expect(await open().open({ ...place, owner: ann })).toEqual({ ...own, moves: [nobodys] })
    expect((await open().open(place)).databaseName).not.toBe(nobodys)
    expect(await open().list()).toHaveLength(3)
  })
})
