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

export interface FetchOptions {
  readonly document: string
  /** How long to wait for the first content: @y/websocket-server answers before it has loaded a document, and sends the content later. */
  readonly contentMsMax: number
}

const pollMs = 20
/** Once content has come, nothing more for so long means that it was all. */
const quietMs = 2_000
/** An update that brings nothing is two bytes. */
const emptyUpdateBytes = 2

/** Joins with nothing and takes all the content that comes. */
export async function fetchDocument(
  server: RunningServer,
  subject: Subject,
  { document, contentMsMax }: FetchOptions,
): Promise<FetchedDocument> {
  const frames: { readonly update: Buffer; readonly at: number }[] = []
  const client = new BenchClient({
    server,
    subject,
    document,
    onContent: (bytes, start, end) => {
      if (end - start > emptyUpdateBytes) frames.push({ update: Buffer.from(bytes.subarray(start, end)), at: performance.now() })
    },
  })
  const startedAt = performance.now()
  await client.open()
  const isComplete = (): boolean => {
    const lastAt = frames.at(-1)?.at
    return lastAt === undefined ? performance.now() - startedAt > contentMsMax : performance.now() - lastAt > quietMs
  }
  while (!isComplete()) await delay(pollMs)
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
