import { createManualTime, createSeededRandom, type ManualTime } from '@rejoin/core/testing'
import { DocumentClient, type DocumentClientParts } from '../documents/document-client.ts'
import { createMemoryDisk, createMemoryDocumentStore, type MemoryDisk } from '../store/memory-document-store.ts'
import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'
import { FakeBrowser, FakeSignals } from './fake-browser.ts'
import type { FakeDocumentServer } from './fake-document-server.ts'

/** One tab of a device. */
export interface TestTab {
  readonly client: DocumentClient
  readonly signals: FakeSignals
  readonly channel: BroadcastChannelLike
  /** Moves the device's clock. */
  readonly advance: (durationMs: number) => void
}

/** A device in memory: one disk, one clock, as many tabs as a test opens. */
export class TestDevice {
  readonly time: ManualTime = createManualTime()
  readonly browser = new FakeBrowser()
  readonly disk: MemoryDisk = createMemoryDisk()
  readonly #server: FakeDocumentServer
  readonly #random = createSeededRandom(1)
  #tabCount = 0

  constructor(server: FakeDocumentServer) {
    this.#server = server
  }

  openTab(more: Partial<DocumentClientParts> & { readonly getToken?: () => Promise<string> } = {}): TestTab {
    const signals = new FakeSignals()
    const channel = this.browser.openChannel()
    this.#tabCount++
    const { getToken, ...parts } = more
    const client = new DocumentClient({
      host: {
        url: 'ws://server.test/documents',
        getToken,
        openWebSocket: this.#server.openWebSocket,
        clock: this.time,
        scheduler: this.time,
        random: this.#random,
      },
      store: createMemoryDocumentStore({ clock: this.time, disk: this.disk }),
      importYIndexedDb: () => Promise.resolve('nothing'),
      isDurable: true,
      signals,
      locks: this.browser.locks,
      channel,
      databaseName: 'rejoin/test',
      sender: `tab ${this.#tabCount}`,
      ...parts,
    })
    return { client, signals, channel, advance: (durationMs) => this.time.advance(durationMs) }
  }
}

/** Lets everything that is under way happen until the condition holds. Throws where it does not come to that. */
export async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500; turn++) {
    if (isTrue()) return
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
  throw new Error(`never came true: ${isTrue.toString()}`)
}

/** Lets everything that is under way come to rest. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 0))
}
