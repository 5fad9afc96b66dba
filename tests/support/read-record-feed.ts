import { changesResponseSchema, type RecordRow } from '@rejoin/core'
import type { RunningServer } from './start-server.ts'

export interface RecordFeedReading {
  readonly rows: readonly RecordRow[]
  readonly checkpoint: string
}

/** Everything after a checkpoint, page by page; `undefined` where the server cannot go on from there. */
export async function readRecordFeed(
  server: Pick<RunningServer, 'url'>,
  from: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): Promise<RecordFeedReading | undefined> {
  const rows: RecordRow[] = []
  let checkpoint = from
  for (;;) {
    const query = checkpoint === undefined ? '' : `?checkpoint=${encodeURIComponent(checkpoint)}`
    const response = await fetch(`${server.url}/api/sync/changes${query}`, { headers })
    if (!response.ok) throw new Error(`the feed was answered with ${response.status}: ${await response.text()}`)
    const page = changesResponseSchema.parse(await response.json())
    if (page.resyncRequired !== undefined || page.checkpoint === undefined) return undefined
    rows.push(...page.changes)
    checkpoint = page.checkpoint
    if (!page.hasMore) return { rows, checkpoint }
  }
}
