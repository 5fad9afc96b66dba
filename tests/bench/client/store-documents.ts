import { setTimeout as delay } from 'node:timers/promises'
import type { RunningServer, Subject } from '../subject.ts'
import { BenchClient } from './bench-client.ts'

const concurrency = 50
const echoMsMax = 60_000

export interface DocumentsToStore {
  readonly documents: readonly string[]
  /** The content of each. */
  readonly update: Uint8Array
}

/** Creates the documents, each by a client of its own that leaves when its update has come back. */
export async function storeDocuments(
  server: RunningServer,
  subject: Subject,
  { documents, update }: DocumentsToStore,
): Promise<void> {
  const waiting = documents.values()
  const storeInTurn = async (): Promise<void> => {
    for (const document of waiting) await storeDocument(document)
  }
  const storeDocument = async (document: string): Promise<void> => {
    let onEcho = (): void => {}
    const echoed = new Promise<true>((resolve) => {
      onEcho = () => resolve(true)
    })
    const client = new BenchClient({
      server,
      subject,
      document,
      onContent: (_bytes, start, end) => end - start >= update.length / 2 && onEcho(),
    })
    await client.open()
    client.sendUpdate(update)
    const timer = new AbortController()
    const isEchoed = await Promise.race([echoed, delay(echoMsMax, false, { signal: timer.signal }).catch(() => false)])
    timer.abort()
    client.close()
    if (!isEchoed) throw new Error(`${subject.name} did not return the update of ${document} within ${echoMsMax} ms`)
  }
  await Promise.all(Array.from({ length: concurrency }, storeInTurn))
}
