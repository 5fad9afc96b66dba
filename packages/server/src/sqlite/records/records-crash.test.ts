import { createSeededRandom } from '@rejoin/core/testing'
import { expect, test, vi } from 'vitest'
import { startTestProcess } from '../../testing/child-process.ts'
import { createRecordsWorld, identityOf } from '../../testing/records-world.ts'
import { movementsPerRequest, scriptedRequest } from '../../testing/scripted-movements.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { createSqliteDocumentStore } from '../sqlite-document-store.ts'

// Threads and processes are slow to start on a busy machine.
vi.setConfig({ testTimeout: 240_000 })

const ann = identityOf('ann')
const devices = ['a', 'b', 'c']

test('[RS12] kill case 10: after SIGKILL at any moment nothing acknowledged is missing, nothing is doubled, no request is there in part', async () => {
  const random = createSeededRandom(12)
  const dataDir = temporaryFolder()
  const ackedByDevice = new Map(devices.map((device) => [device, 0]))
  for (let cycle = 0; cycle < 8; cycle++) {
    let eventsLeft = 1 + random.below(120)
    // Some that were answered are sent again, as after a lost answer.
    const starts = devices.map(
      (device) => `${device}:${Math.max(1, (ackedByDevice.get(device) ?? 0) + 1 - movementsPerRequest * random.below(3))}`,
    )
    const child = startTestProcess('syncing-process.ts', [dataDir, ...starts])
    for await (const line of child.lines) {
      const [event, device = '', seq] = line.split(' ')
      if (event !== 'acked') continue
      ackedByDevice.set(device, Math.max(ackedByDevice.get(device) ?? 0, Number(seq)))
      eventsLeft -= 1
      if (eventsLeft > 0) continue
      for (let turns = random.below(40); turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve))
      await child.kill()
    }
    await verify(dataDir, ackedByDevice)
  }
  expect([...ackedByDevice.values()].every((acked) => acked > 0)).toBe(true)
})

async function verify(dataDir: string, ackedByDevice: ReadonlyMap<string, number>): Promise<void> {
  const store = await createSqliteDocumentStore({ dataDir })
  try {
    const { service } = createRecordsWorld({ store: store.records })
    const seqsByDevice = new Map<string, { readonly number: number; readonly seq: number }[]>()
    for (let checkpoint: string | undefined, hasMore = true; hasMore;) {
      const page = await service.changes(ann, { checkpoint, limit: 1_000 })
      for (const { recordId, seq, version } of page.changes) {
        expect(version).toBe(1)
        const [device = '', number] = recordId.split('-')
        const rows = seqsByDevice.get(device) ?? []
        seqsByDevice.set(device, rows)
        rows.push({ number: Number(number), seq })
      }
      ;({ checkpoint, hasMore } = page)
    }
    for (const [device, acked] of ackedByDevice) {
      const rows = (seqsByDevice.get(device) ?? []).toSorted((one, other) => one.number - other.number)
      expect(rows.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1))
      expect(rows.length).toBeGreaterThanOrEqual(acked)
      expect(rows.length % movementsPerRequest).toBe(0)
      for (const [index, { seq }] of rows.entries()) expect(seq).toBe(rows[index - (index % movementsPerRequest)]?.seq)
      for (let first = 1; first <= rows.length; first += movementsPerRequest) {
        const { results } = await service.sync(ann, scriptedRequest(device, first))
        expect(results.map(({ status, first: verdict }) => [status, verdict?.status])).toEqual(
          results.map(() => ['duplicate', 'applied']),
        )
      }
    }
  } finally {
    await store.close()
  }
}
