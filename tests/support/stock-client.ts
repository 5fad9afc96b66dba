import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { waitFor } from './wait-for.ts'

export interface StockClientOptions {
  readonly doc?: Y.Doc
  readonly params?: Record<string, string>
  readonly protocols?: string[]
}

/** y-websocket 3.1.0 as it is, in Node, with nothing of ours between it and the server. */
export interface StockClient {
  readonly doc: Y.Doc
  readonly text: Y.Text
  readonly provider: WebsocketProvider
  /** How many connections were opened so far. */
  connectionCount(): number
  /** Close codes in order; `null` where the client itself hung up. */
  readonly closeCodes: readonly (number | null)[]
  /** Resolves once the first step 2 of the current connection has come. */
  synced(): Promise<void>
  [Symbol.dispose](): void
}

/** `documentsUrl`: where the server's documents are; `name` stands in the URL as it is, as y-websocket does it. */
export function connectStockClient(documentsUrl: string, name: string, options: StockClientOptions = {}): StockClient {
  const doc = options.doc ?? new Y.Doc()
  const closeCodes: (number | null)[] = []
  let connections = 0
  const provider = new WebsocketProvider(documentsUrl, name, doc, {
    // Clients in one process would otherwise find each other behind the server's back.
    disableBc: true,
    WebSocketPolyfill: asBrowserSocket(),
    params: options.params ?? {},
    protocols: options.protocols ?? [],
    connect: false,
  })
  provider.on('status', ({ status }) => {
    if (status === 'connected') connections += 1
  })
  provider.on('connection-close', (event) => {
    closeCodes.push(event === null ? null : event.code)
  })
  provider.connect()
  return {
    doc,
    text: doc.getText('text'),
    provider,
    connectionCount: () => connections,
    closeCodes,
    synced: async () => {
      await waitFor(`a stock client of ${name} has synced`, () => provider.synced)
    },
    [Symbol.dispose]: () => {
      provider.destroy()
      doc.destroy()
    },
  }
}

/** y-websocket's types ask for the browser's WebSocket; ws offers the members that it uses. */
function asBrowserSocket(): typeof globalThis.WebSocket {
  return WebSocket as unknown as typeof globalThis.WebSocket
}
