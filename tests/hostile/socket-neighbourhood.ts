import { expect } from 'vitest'
import type * as Y from 'yjs'
import { digestOf, readServerDocument } from '../support/server-documents.ts'
import { signToken } from '../support/sign-token.ts'
import type { RunningServer } from '../support/start-server.ts'
import { connectStockClient, type StockClient } from '../support/stock-client.ts'
import { waitFor } from '../support/wait-for.ts'

/** Two people at work in a document, while somebody attacks it. */
export interface Neighbourhood {
  readonly name: string
  readonly ada: StockClient
  readonly grace: StockClient
  /** The document as the server has it. */
  stored(): Promise<Y.Doc>
  /** Holds what the attack must leave alone: the process, the document, both connections, and their work. */
  expectUnharmed(): Promise<void>
  [Symbol.dispose](): void
}

export interface NeighbourhoodOptions {
  /** Under auth jwt. */
  readonly hasTokens?: boolean
}

export async function createNeighbourhood(
  server: RunningServer,
  name: string,
  options: NeighbourhoodOptions = {},
): Promise<Neighbourhood> {
  const token = (user: string) => (options.hasTokens === true ? signToken({ user }) : undefined)
  const connect = async (user: string) => {
    const signed = await token(user)
    return connectStockClient(server.documentsUrl, name, signed === undefined ? {} : { params: { token: signed } })
  }
  const [ada, grace] = await Promise.all([connect('ada'), connect('grace')])
  await Promise.all([ada.synced(), grace.synced()])
  const stored = async () => {
    const doc = await readServerDocument(server, name, await token('ada'))
    if (doc === undefined) throw new Error(`${name} is not on the server`)
    return doc
  }
  const exchange = async () => {
    ada.text.insert(0, 'a')
    grace.text.insert(grace.text.length, 'g')
    await waitFor('the neighbours and the server agree', async () => {
      const digest = digestOf(await stored())
      return digestOf(ada.doc) === digest && digestOf(grace.doc) === digest
    })
  }
  await exchange()
  const before = digestOf(await stored())
  return {
    name,
    ada,
    grace,
    stored,
    expectUnharmed: async () => {
      expect(server.isAlive).toBe(true)
      expect(digestOf(await stored())).toBe(before)
      await exchange()
      expect([ada.closeCodes, grace.closeCodes]).toEqual([[], []])
    },
    [Symbol.dispose]: () => {
      ada[Symbol.dispose]()
      grace[Symbol.dispose]()
    },
  }
}
