import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'

/** What anybody would write who follows y-websocket's README. */
interface StockPage {
  join(room: string): void
  write(text: string): void
  read(): string
  /** The whole document, as numbers, because pages hand over JSON. */
  encode(): number[]
  disconnect(): void
  connect(): void
  isSynced(): boolean
}

declare global {
  interface Window {
    stockPage: StockPage
  }
}

const doc = new Y.Doc()
const text = doc.getText('text')
let provider: WebsocketProvider | undefined

window.stockPage = {
  join: (room) => {
    provider = new WebsocketProvider(`${location.origin.replace('http', 'ws')}/documents`, room, doc)
  },
  write: (added) => text.insert(0, added),
  read: () => text.toJSON(),
  encode: () => [...Y.encodeStateAsUpdate(doc)],
  disconnect: () => provider?.disconnect(),
  connect: () => provider?.connect(),
  isSynced: () => provider?.synced === true,
}
