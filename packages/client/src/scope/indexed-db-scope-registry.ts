import type { Table } from 'dexie'
import { createDexie } from '../store/create-dexie.ts'
import { StoreConnection, type ConnectedDatabase, type StoreConnectionOptions } from '../store/store-connection.ts'
import { StoreError } from '../store/store-error.ts'
import { createTroubleListeners } from '../store/trouble-listeners.ts'
import { planAdoption, planOpen } from './plan-scope.ts'
import {
  scopeSchema,
  type OpenedScope,
  type Scope,
  type ScopeOwner,
  type ScopeRegistry,
  type ScopeRequest,
} from './scope-registry.ts'

const registryVersion = 1

interface ScopeDatabase extends ConnectedDatabase {
  readonly scopes: Table<unknown, string, Scope>
}

export interface IndexedDbScopeRegistryOptions extends StoreConnectionOptions {
  /** Names databases that belong to nobody. Must not repeat itself. */
  readonly makeId: () => string
}

/** A small database of its own, shared by all tabs of the origin. */
export function createIndexedDbScopeRegistry(options: IndexedDbScopeRegistryOptions): ScopeRegistry {
  return new IndexedDbScopeRegistry(options)
}

class IndexedDbScopeRegistry implements ScopeRegistry {
  readonly #connection: StoreConnection<ScopeDatabase>
  readonly #makeId: () => string

  constructor(options: IndexedDbScopeRegistryOptions) {
    this.#makeId = options.makeId
    this.#connection = new StoreConnection(
      {
        create: () => createScopeDatabase(options),
        schemaVersion: registryVersion,
        clock: options.clock,
        // The databases are named anew, and those that belong to somebody get the same name again.
        whenReplaced: 'goOn',
      },
      createTroubleListeners(),
    )
  }

  open(request: ScopeRequest): Promise<OpenedScope> {
    const localId = this.#makeId()
    return this.#write(async (table, scopes) => {
      const { opened, added } = planOpen(scopes, request, localId)
      if (added !== undefined) await table.put(added)
      return opened
    })
  }

  adopt(databaseName: string, owner: ScopeOwner): Promise<void> {
    return this.#write(async (table, scopes) => {
      const adopted = planAdoption(scopes, databaseName, owner)
      if (adopted !== undefined) await table.put(adopted)
    })
  }

  find(databaseName: string): Promise<Scope | undefined> {
    return this.#connection.run(async ({ scopes }) => {
      const row = await scopes.get(databaseName)
      return row === undefined ? undefined : parseScope(row)
    })
  }

  list(): Promise<readonly Scope[]> {
    return this.#connection.run(async ({ scopes }) => (await scopes.toArray()).map(parseScope))
  }

  close(): void {
    this.#connection.close()
  }

  #write<T>(work: (table: ScopeDatabase['scopes'], scopes: readonly Scope[]) => Promise<T>): Promise<T> {
    return this.#connection.run(({ dexie, scopes }) =>
      dexie.transaction('rw', scopes, async () => work(scopes, (await scopes.toArray()).map(parseScope))),
    )
  }
}

function createScopeDatabase(options: StoreConnectionOptions): ScopeDatabase {
  const dexie = createDexie(options.databaseName, options)
  dexie.version(registryVersion).stores({ scopes: 'databaseName', identity: 'key' })
  return { dexie, identity: dexie.table('identity'), scopes: dexie.table('scopes') }
}

/** Another database in place of a person's own would look empty. */
function parseScope(row: unknown): Scope {
  const parsed = scopeSchema.safeParse(row)
  if (!parsed.success) throw new StoreError('corrupt', 'the list of databases on this device is damaged', { cause: parsed.error })
  return parsed.data
}
