import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import * as Y from 'yjs'
import type { RunningServer, Subject } from '../subject.ts'
import { BenchClient } from './bench-client.ts'

export interface FetchedDocument {
  readonly doc: Y.Doc
  /** From the start of the TCP connection until the last frame that brought something new had been read. */
  readonly completeMs: number
}

const pollMs = 50

/**
 * Joins with nothing and takes all the content that comes, until none has come for `quietMs`: @y/websocket-server answers
 * before it has loaded a document and sends the content later.
 */
export async function fetchDocument(server: RunningServer, subject: Subject, { document, quietMs }: { readonly document: string; readonly quietMs: number }): Promise<FetchedDocument> {
  const frames: { readonly update: Buffer; readonly at: number }[] = []
  const client = new BenchClient({
    server,
    subject,
    document,
    onContent: (bytes, start, end) => frames.push({ update: Buffer.from(bytes.subarray(start, end)), at: performance.now() }),
  })
  const startedAt = performance.now()
  await client.open()
  while (performance.now() - (frames.at(-1)?.at ?? 0) < quietMs) await delay(pollMs)
  client.close()
  const doc = new Y.Doc()
  let completeMs = 0
  for (const { update, at } of frames) {
    const before = Y.encodeStateAsUpdate(doc)
    Y.applyUpdate(doc, update)
    if (!Buffer.from(before).equals(Y.encodeStateAsUpdate(doc))) completeMs = at - startedAt
  }
  return { doc, completeMs }
}
