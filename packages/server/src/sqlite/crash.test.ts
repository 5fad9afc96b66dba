import { createSeededRandom } from '@rejoin/core/testing'
import { expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { contentDigest } from '../document-log/content-digest.ts'
import type { LoadedDocument } from '../relay/document-store.ts'
import { startTestProcess } from '../testing/child-process.ts'
import { ScriptedEdits } from '../testing/scripted-edits.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { createSqliteDocumentStore } from './sqlite-document-store.ts'

// Threads and processes are slow to start on a busy machine.
vi.setConfig({ testTimeout: 240_000 })

test('[B27] after SIGKILL at any moment nothing acknowledged is missing, and what is there is what was written', async () => {
  const { verified } = await killAgainAndAgain('append', { seed: 27, killOn: 'acked', cycles: 15 })
  expect(verified).toBeGreaterThan(15)
})

test('[B28] SIGKILL during compactions leaves the old state or the new, with equal content', async () => {
  const { snapshots } = await killAgainAndAgain('compact', { seed: 28, killOn: 'compacting', cycles: 8 })
  expect(snapshots).toBeGreaterThan(0)
})

interface Campaign {
  readonly seed: number
  /** The event after some of which the process is killed. */
  readonly killOn: string
  readonly cycles: number
}

interface Looked {
  /** Documents looked at after a kill, and those of them that had a snapshot. */
  verified: number
  snapshots: number
}

async function killAgainAndAgain(mode: string, { seed, killOn, cycles }: Campaign): Promise<Looked> {
  const random = createSeededRandom(seed)
  const dataDir = temporaryFolder()
  const ackedSeqByName = new Map<string, number>()
  const looked: Looked = { verified: 0, snapshots: 0 }
  for (let cycle = 0; cycle < cycles; cycle++) {
    let eventsLeft = 1 + random.below(killOn === 'acked' ? 150 : 12)
    let turnsLeft = random.below(60)
    const child = startTestProcess('appending-process.ts', [dataDir, mode])
    for await (const line of child.lines) {
      const [event, name = '', seq] = line.split(' ')
      if (event === 'acked') ackedSeqByName.set(name, Number(seq))
      if (event === killOn) eventsLeft -= 1
      if (eventsLeft > 0) continue
      // Not always right after a line.
      for (; turnsLeft > 0; turnsLeft--) await new Promise((resolve) => setImmediate(resolve))
      await child.kill()
    }
    await verify(dataDir, ackedSeqByName, looked)
  }
  return looked
}

async function verify(dataDir: string, ackedSeqByName: ReadonlyMap<string, number>, looked: Looked): Promise<void> {
  const store = await createSqliteDocumentStore({ dataDir })
  try {
    for (const [name, ackedSeq] of ackedSeqByName) {
      const loaded = await store.tenant('acme').load(name)
      if (loaded.type !== 'live') throw new Error(`${name} is ${loaded.type}`)
      expect(loaded.seq).toBeGreaterThanOrEqual(ackedSeq)
      expect(digestOf(loaded)).toBe(scriptedDigest(name, loaded.seq))
      looked.verified += 1
      if (loaded.snapshot !== undefined) looked.snapshots += 1
    }
  } finally {
    await store.close()
  }
}

function digestOf({ snapshot, tail }: Extract<LoadedDocument, { type: 'live' }>): string {
  const document = new Y.Doc()
  document.transact(() => {
    for (const update of snapshot === undefined ? tail : [snapshot.update, ...tail]) Y.applyUpdate(document, update)
  })
  return contentDigest(document)
}

function scriptedDigest(name: string, count: number): string {
  const edits = new ScriptedEdits(name)
  for (let index = 0; index < count; index++) edits.next()
  return contentDigest(edits.document)
}
