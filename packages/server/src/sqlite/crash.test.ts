import { createSeededRandom } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { contentDigest } from '../document-log/content-digest.ts'
import type { LoadedDocument } from '../relay/document-store.ts'
import { startTestProcess } from '../testing/child-process.ts'
import { ScriptedEdits } from '../testing/scripted-edits.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { createSqliteDocumentStore } from './sqlite-document-store.ts'

const timeoutMs = 120_000

test('[B27] after SIGKILL at any moment nothing acknowledged is missing, and what is there is what was written', async () => {
  await killAgainAndAgain('append', { seed: 27, killOn: 'acked', cycles: 15 })
}, timeoutMs)

test('[B28] SIGKILL during compactions leaves the old state or the new, with equal content', async () => {
  const snapshots = await killAgainAndAgain('compact', { seed: 28, killOn: 'compacting', cycles: 8 })
  expect(snapshots).toBeGreaterThan(0)
}, timeoutMs)

interface Campaign {
  readonly seed: number
  /** The event after some of which the process is killed. */
  readonly killOn: string
  readonly cycles: number
}

/** Returns how many documents had a snapshot when they were looked at. */
async function killAgainAndAgain(mode: string, { seed, killOn, cycles }: Campaign): Promise<number> {
  const random = createSeededRandom(seed)
  const dataDir = temporaryFolder()
  const ackedSeqByName = new Map<string, number>()
  let snapshots = 0
  for (let cycle = 0; cycle < cycles; cycle++) {
    let eventsLeft = 1 + random.below(killOn === 'acked' ? 400 : 12)
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
    snapshots += await verify(dataDir, ackedSeqByName)
  }
  return snapshots
}

async function verify(dataDir: string, ackedSeqByName: ReadonlyMap<string, number>): Promise<number> {
  const store = await createSqliteDocumentStore({ dataDir })
  let snapshots = 0
  try {
    for (const [name, ackedSeq] of ackedSeqByName) {
      const loaded = await store.tenant('acme').load(name)
      if (loaded.type !== 'live') throw new Error(`${name} is ${loaded.type}`)
      expect(loaded.seq).toBeGreaterThanOrEqual(ackedSeq)
      expect(digestOf(loaded)).toBe(scriptedDigest(name, loaded.seq))
      if (loaded.snapshot !== undefined) snapshots += 1
    }
  } finally {
    await store.close()
  }
  return snapshots
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
