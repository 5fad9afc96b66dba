import { changesResponseSchema, type RecordRow } from '@rejoin/core'
import type { RunningServer } from './start-server.ts'

/** All rows as the server has them committed, deleted ones included, in the order in which they changed. */
export async function readServerRecords(server: RunningServer, token?: string): Promise<readonly RecordRow[]> {
  const rows: RecordRow[] = []
  for (let checkpoint: string | undefined; ;) {
    const query = checkpoint === undefined ? '' : `?checkpoint=${encodeURIComponent(checkpoint)}`
    const response = await fetch(
      `${server.url}/api/sync/changes${query}`,
      token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    )
    if (!response.ok) throw new Error(`GET /api/sync/changes: ${response.status} ${await response.text()}`)
    const page = changesResponseSchema.parse(await response.json())
    rows.push(...page.changes)
    if (!page.hasMore) return rows
    checkpoint = page.checkpoint
  }
}
