// Hocuspocus as its users run it: defaults, its Database extension, the statements of its own SQLite extension on node:sqlite.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { announcePort, requireDataDir } from '../subjects/process-contract.ts'

interface HocuspocusServer {
  listen(): Promise<unknown>
  readonly address: { readonly port: number }
}
interface ServerModule {
  readonly Server: new (configuration: object) => HocuspocusServer
}
interface DatabaseModule {
  readonly Database: new (configuration: {
    readonly fetch: (data: { readonly documentName: string }) => Promise<Uint8Array | null>
    readonly store: (data: { readonly documentName: string; readonly state: Uint8Array }) => Promise<void>
  }) => object
}

const schema = `CREATE TABLE IF NOT EXISTS "documents" ("name" varchar(255) NOT NULL, "data" blob NOT NULL, UNIQUE(name))`
const select = `SELECT data FROM "documents" WHERE name = $name ORDER BY rowid DESC`
const upsert = `INSERT INTO "documents" ("name", "data") VALUES ($name, $data) ON CONFLICT(name) DO UPDATE SET data = $data`

// Names in variables: these packages exist only in this folder's own node_modules, after `install-peers.ts`.
const serverModule: string = '@hocuspocus/server'
const databaseModule: string = '@hocuspocus/extension-database'
const { Server }: ServerModule = await import(serverModule)
const { Database }: DatabaseModule = await import(databaseModule)

const database = new DatabaseSync(join(requireDataDir(), 'hocuspocus.sqlite'))
database.exec(schema)

const server = new Server({
  port: 0,
  address: '127.0.0.1',
  quiet: true,
  extensions: [
    new Database({
      fetch: async ({ documentName }) => {
        const data = database.prepare(select).get({ name: documentName })?.['data']
        return data instanceof Uint8Array ? data : null
      },
      store: async ({ documentName, state }) => {
        database.prepare(upsert).run({ name: documentName, data: state })
      },
    }),
  ],
})
await server.listen()
announcePort('hocuspocus', server.address.port)
