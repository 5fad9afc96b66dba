import type { SeededRandom } from '@rejoin/core/testing'
import { digestOf } from '../support/server-documents.ts'
import { connectStockClient, type StockClient } from '../support/stock-client.ts'
import { waitFor } from '../support/wait-for.ts'
import type { Ledger } from './ledger.ts'
import { createLogbook, logOf, tokensAdded, type Logbook } from './logbook.ts'
import type { Writer } from './writer.ts'

interface StockWriterOptions {
  readonly name: string
  readonly document: string
  readonly random: SeededRandom
  readonly ledger: Ledger
}

/** The real y-websocket 3.1.0. It knows no acknowledgement, so it writes one edit for everything that it hears. */
export function createStockWriter({ name, document, random, ledger }: StockWriterOptions): Writer {
  let logbook = openLogbook()
  let client: StockClient | undefined
  let isResting = false

  function openLogbook(): Logbook {
    const opened = createLogbook(name, random)
    logOf(opened.doc).observe((event, transaction) => {
      if (transaction.origin === null || transaction.origin !== client?.provider) return
      ledger.show(document, tokensAdded(event))
      queueMicrotask(writeOnline)
    })
    return opened
  }

  function writeOnline(): void {
    if (!isResting && client?.provider.wsconnected === true && random.chance(0.5)) logbook.write()
  }

  function disconnect(): void {
    client?.provider.destroy()
    client = undefined
  }

  return {
    connect: (documentsUrl) => {
      client = connectStockClient(documentsUrl, document, { doc: logbook.doc })
      client.provider.once('sync', writeOnline)
    },
    cut: async () => {
      await waitFor(`${name} is cut`, () => client?.provider.wsconnected !== true)
      disconnect()
    },
    writeOffline: () => {
      logbook.write()
    },
    reload: () => {
      logbook.doc.destroy()
      logbook = openLogbook()
    },
    rest: () => {
      isResting = true
    },
    digest: () => digestOf(logbook.doc),
    close: disconnect,
  }
}
