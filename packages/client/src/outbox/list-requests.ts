import type { RecordTables } from '../record-database/record-database.ts'
import { readPages } from '../record-database/read-pages.ts'
import { readNamedBody } from './named-body.ts'
import type { OutboxEntry, RequestEntry } from './outbox-entry.ts'
import { parseRequests } from './request-rows.ts'

export function readRequests({ requests }: RecordTables): Promise<readonly RequestEntry[]> {
  return readPages(requests, { primaryKey: 'entryId' }, parseRequests)
}

/** In the order in which things were done: each list is in it already. */
export function inOrder(left: readonly OutboxEntry[], right: readonly OutboxEntry[]): readonly OutboxEntry[] {
  if (right.length === 0) return left
  return [...left, ...right].toSorted((one, other) => one.entryId - other.entryId)
}

/** With its body, as base64, so that nothing is missing from a file. Damaged rows come as they are. */
export async function exportRequests(tables: RecordTables): Promise<readonly unknown[]> {
  const rows = await readPages(tables.requests, { primaryKey: 'entryId' }, (page) => page)
  const exported: unknown[] = []
  for (const row of rows) {
    const [entry = row] = parseRequests([row])
    exported.push(Object.assign({}, entry, await exportBody(tables, entry)))
  }
  return exported
}

/** `stored`: a request, or what is said of one; damaged or not. */
export async function exportBody(
  tables: Pick<RecordTables, 'requestBodies'>,
  stored: unknown,
): Promise<{ readonly bodyBase64?: string }> {
  const body = await readNamedBody(tables, stored)
  return body === undefined ? {} : { bodyBase64: toBase64(body) }
}

/** In pieces: a call takes only so many arguments. */
function toBase64(bytes: Uint8Array): string {
  const pieceBytes = 0x80_00
  let text = ''
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) text += String.fromCharCode(...bytes.subarray(at, at + pieceBytes))
  return btoa(text)
}
