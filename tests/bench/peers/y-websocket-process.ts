// @y/websocket-server's own server file with y-leveldb behind its persistence hook, as both READMEs describe.
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { announcePort, requireDataDir } from '../subjects/process-contract.ts'

interface SharedDoc {
  on(event: 'update', listener: (update: Uint8Array) => void): void
}
interface YjsModule {
  readonly encodeStateAsUpdate: (doc: unknown) => Uint8Array
  readonly applyUpdate: (doc: unknown, update: Uint8Array) => void
}
interface UtilsModule {
  readonly setupWSConnection: (socket: object, request: IncomingMessage) => void
  readonly setPersistence: (persistence: {
    readonly bindState: (name: string, doc: SharedDoc) => Promise<void>
    readonly writeState: () => Promise<void>
    readonly provider: object
  }) => void
}
interface LeveldbPersistence {
  getYDoc(name: string): Promise<object>
  storeUpdate(name: string, update: Uint8Array): Promise<number>
  destroy(): Promise<void>
}
interface LeveldbModule {
  readonly LeveldbPersistence: new (location: string) => LeveldbPersistence
}
interface SocketServer {
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: object) => void): void
}
interface WsModule {
  readonly default: { readonly Server: new (options: { readonly noServer: true }) => SocketServer }
}

// Names in variables: these packages exist only in this folder's own node_modules, after `install-peers.ts`.
const names: readonly [string, string, string, string] = ['@y/websocket-server/utils', 'y-leveldb', 'ws', 'yjs']
const { setupWSConnection, setPersistence }: UtilsModule = await import(names[0])
const { LeveldbPersistence }: LeveldbModule = await import(names[1])
const ws: WsModule = await import(names[2])
const { applyUpdate, encodeStateAsUpdate }: YjsModule = await import(names[3])

const leveldb = new LeveldbPersistence(join(requireDataDir(), 'leveldb'))
setPersistence({
  provider: leveldb,
  bindState: async (name, doc) => {
    const stored = await leveldb.getYDoc(name)
    void leveldb.storeUpdate(name, encodeStateAsUpdate(doc))
    applyUpdate(doc, encodeStateAsUpdate(stored))
    doc.on('update', (update) => void leveldb.storeUpdate(name, update))
  },
  writeState: () => Promise.resolve(),
})

const sockets = new ws.default.Server({ noServer: true })
const server = createServer((_request, response) => response.end('okay'))
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (accepted) => setupWSConnection(accepted, request))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP address')
  announcePort('y-websocket', address.port)
})

// It has no shutdown of its own. Its write queue is let run dry here, so that a stop in a preparation loses nothing.
process.on('SIGTERM', () => {
  void leveldb.destroy().then(() => process.exit(0))
})
