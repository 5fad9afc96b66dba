// express-pouchdb as its README shows, in the leanest of its modes that replication can use, on PouchDB's default adapter for Node: LevelDB.
import { join } from 'node:path'
import { announcePort, requireDataDir } from '../subjects/process-contract.ts'

interface PouchModule {
  readonly default: { defaults(options: { readonly prefix: string }): object }
}
interface ExpressApp {
  get(path: string, handler: (request: unknown, response: { send(body: string): void }) => void): void
  use(path: string, handler: object): void
  listen(port: number, host: string, ready: () => void): { address(): { readonly port: number } }
}
interface ExpressModule {
  readonly default: { (): ExpressApp; static(folder: string): object }
}
interface ExpressPouchModule {
  readonly default: (database: object, options: object) => object
}

// Names in variables: these packages exist only in this folder's own node_modules, after `install-peers.ts`.
const names: readonly [string, string, string] = ['pouchdb', 'express', 'express-pouchdb']
const pouch: PouchModule = await import(names[0])
const express: ExpressModule = await import(names[1])
const expressPouch: ExpressPouchModule = await import(names[2])

const dataDir = requireDataDir()
const pageFolder = new URL('./node_modules/pouchdb/dist/', import.meta.url).pathname
const app = express.default()
app.get('/', (_request, response) => response.send('<!doctype html><html lang="en"><title>PouchDB</title></html>'))
app.use('/pouchdb', express.default.static(pageFolder))
app.use(
  '/databases',
  expressPouch.default(pouch.default.defaults({ prefix: join(dataDir, '/') }), {
    mode: 'minimumForPouchDB',
    inMemoryConfig: true,
    logPath: join(dataDir, 'log.txt'),
  }),
)
const server = app.listen(0, '127.0.0.1', () => announcePort('pouchdb', server.address().port))
