import { changesResponseSchema } from '@rejoin/core'
import type { RunningServer } from '../subject.ts'

/** How many records the server hands out to a device that starts from nothing; `token` where the server asks for one. */
export async function countRows({ port }: RunningServer, token?: string): Promise<number> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const ids = new Set<string>()
  for (let checkpoint = ''; ;) {
    const from = checkpoint === '' ? '' : `&checkpoint=${encodeURIComponent(checkpoint)}`
    const response = await fetch(`http://127.0.0.1:${port}/api/sync/changes?limit=1000${from}`, { headers })
    const page = changesResponseSchema.parse(await response.json())
    for (const { entityType, recordId, isDeleted } of page.changes) if (!isDeleted) ids.add(`${entityType}/${recordId}`)
    if (!page.hasMore) return ids.size
    if (page.checkpoint === undefined) throw new Error('more rows, but no checkpoint to go on from')
    ;({ checkpoint } = page)
  }
}
