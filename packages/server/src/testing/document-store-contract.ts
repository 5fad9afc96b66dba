import { describe, expect, onTestFinished, test } from 'vitest'
import * as Y from 'yjs'
import { contentDigest } from '../document-log/content-digest.ts'
import type { AppendRequest, AppendResult, DocumentStore, LoadedDocument, TenantDocuments } from '../relay/document-store.ts'
import { keptVerdictsContract } from './kept-verdicts-contract.ts'

export interface StoreUnderTest {
  readonly store: DocumentStore
  /** Transactions of appends so far. */
  readonly commitCount: () => number
}

type LiveDocument = Extract<LoadedDocument, { type: 'live' }>

/** What every document store keeps (packages/server/SPEC.md, rules B). `open` gives a fresh, empty store; the suite closes it. */
export function documentStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  const openTenant = async (): Promise<TenantDocuments> => (await openStore()).store.tenant('acme')
  const openStore = async (): Promise<StoreUnderTest> => {
    const opened = await open()
    onTestFinished(() => opened.store.close())
    return opened
  }

  describe(`${name}: rows`, () => {
    test('[B1] a name never written is absent, and its first append brings it into being under the generation it asks for', async () => {
      const documents = await openTenant()
      expect(await documents.load('plan')).toEqual({ type: 'absent' })
      expect(await documents.append({ ...firstAppend('plan', 'device-1'), rows: [row('a')] })).toEqual(committed(1))
      expect(await documents.load('plan')).toEqual(live({ generation: 'device-1', seq: 1, tail: ['a'] }))
    })

    test('[B1] an append of bindings alone brings a document into being too', async () => {
      const documents = await openTenant()
      const bindings = [{ client: 7, user: 'ann' }]
      expect(await documents.append({ ...firstAppend('plan', 'g-1'), bindings })).toEqual(committed(0))
      expect(await documents.load('plan')).toEqual(live({ generation: 'g-1', seq: 0, bindings }))
    })

    test('[B2] rows come back byte for byte and in order, whatever becomes of the buffers they came in', async () => {
      const documents = await openTenant()
      const bytes = Uint8Array.from({ length: 600 }, (_, index) => index % 256)
      const updates = [bytes.slice(0, 1), bytes.slice(1, 1), bytes.slice(1, 300), bytes.slice(300)]
      const expected = updates.map((update) => update.slice())
      const appending = documents.append({
        ...firstAppend('plan', 'g-1'),
        rows: updates.map((update) => ({ ...row(''), update })),
      })
      for (const update of updates) update.fill(0)
      expect(await appending).toEqual(committed(4))
      expect((await loadLive(documents, 'plan')).tail.map(plain)).toEqual(expected)
    })

    test('[B2] rows with a time and with users of any length, or with none, are taken', async () => {
      const documents = await openTenant()
      const users = ['ann', 'ü'.repeat(500), null, 'ann', '']
      const rows = users.map((user, index) => ({ ...row(`${index}`), user, at: 1_800_000_000_000 + index }))
      expect(await documents.append({ ...firstAppend('plan', 'g-1'), rows })).toEqual(committed(5))
      expect((await loadLive(documents, 'plan')).tail).toHaveLength(5)
    })

    test('[B3] a load after an append has resolved sees its rows', async () => {
      const documents = await openTenant()
      for (let seq = 0; seq < 40; seq++) {
        await documents.append({ ...firstAppend('plan', 'g-1'), afterSeq: seq, rows: [row(`${seq}`)] })
        expect((await loadLive(documents, 'plan')).seq).toBe(seq + 1)
      }
    })

    test('[B4] an append that does not continue the document is stale, writes nothing, and the others of its transaction stand', async () => {
      const documents = await openTenant()
      await documents.append({ ...firstAppend('plan', 'g-1'), rows: [row('a'), row('b')] })
      const stale = [
        { ...firstAppend('plan', 'g-1'), afterSeq: 1, rows: [row('x')], bindings: [{ client: 1, user: 'eve' }] },
        { ...firstAppend('plan', 'g-1'), afterSeq: 3, rows: [row('x')] },
        { ...firstAppend('plan', 'g-2'), afterSeq: 2, rows: [row('x')] },
        { ...firstAppend('plan', 'g-1'), rows: [row('x')] },
        { ...firstAppend('other', 'g-1'), afterSeq: 1, rows: [row('x')] },
      ]
      const fitting = [
        { ...firstAppend('plan', 'g-1'), afterSeq: 2, rows: [row('c')] },
        { ...firstAppend('new', 'g-9'), rows: [row('n')] },
      ]
      const results = await Promise.all([...stale, ...fitting].map((request) => documents.append(request)))
      expect(results).toEqual([...stale.map(() => ({ type: 'stale' })), committed(3), committed(1)])
      expect(await documents.load('plan')).toEqual(live({ generation: 'g-1', seq: 3, tail: ['a', 'b', 'c'] }))
      expect(await documents.load('new')).toEqual(live({ generation: 'g-9', seq: 1, tail: ['n'] }))
      expect(await documents.load('other')).toEqual({ type: 'absent' })
    })

    test('[B4] of two appends after the same sequence number the first is written and the second is stale', async () => {
      const documents = await openTenant()
      const results = await Promise.all(
        ['first', 'second'].map((text) => documents.append({ ...firstAppend('plan', 'g-1'), rows: [row(text)] })),
      )
      expect(results).toEqual([committed(1), { type: 'stale' }])
      expect((await loadLive(documents, 'plan')).tail.map(textOf)).toEqual(['first'])
    })

    test('[B5] appends made without a pause, over all tenants and documents, are one transaction', async () => {
      const { store, commitCount } = await openStore()
      const before = commitCount()
      await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          store.tenant(`tenant-${index % 3}`).append({ ...firstAppend(`plan-${index}`, 'g-1'), rows: [row('a')] }),
        ),
      )
      expect(commitCount() - before).toBe(1)
    })

    test('[B5] what is appended while a transaction is under way shares the next one', async () => {
      const { store, commitCount } = await openStore()
      const documents = store.tenant('acme')
      const before = commitCount()
      const appending: Promise<AppendResult>[] = [documents.append({ ...firstAppend('plan-0', 'g-1'), rows: [row('a')] })]
      await oneTurn()
      for (let index = 1; index < 20; index++) {
        appending.push(documents.append({ ...firstAppend(`plan-${index}`, 'g-1'), rows: [row('a')] }))
        await Promise.resolve()
      }
      await Promise.all(appending)
      expect(commitCount() - before).toBe(2)
    })

    test('[B6] bindings are recorded with the rows, once; an id that belongs to somebody stays theirs', async () => {
      const documents = await openTenant()
      const ann = { client: 4_294_967_295, user: 'ann' }
      await documents.append({ ...firstAppend('plan', 'g-1'), rows: [row('a')], bindings: [ann, { client: 5, user: 'bob' }] })
      await documents.append({ ...firstAppend('plan', 'g-1'), afterSeq: 1, bindings: [ann, { client: 5, user: 'eve' }] })
      expect((await loadLive(documents, 'plan')).bindings).toEqual([{ client: 5, user: 'bob' }, ann])
    })

    test('[B7] the same name in two tenants is two documents', async () => {
      const { store } = await openStore()
      await store.tenant('acme').append({ ...firstAppend('plan', 'g-1'), rows: [row('acme')] })
      expect(await store.tenant('other').load('plan')).toEqual({ type: 'absent' })
      await store.tenant('other').append({ ...firstAppend('plan', 'g-1'), rows: [row('other')] })
      await store.tenant('other').delete('plan')
      expect((await loadLive(store.tenant('acme'), 'plan')).tail.map(textOf)).toEqual(['acme'])
      expect(await store.tenant('third').list({ after: '', limit: 10, includeDeleted: true })).toEqual([])
    })

    test('[B8] a generation that is none rejects its own append and no other', async () => {
      const documents = await openTenant()
      const bad = ['', 'a'.repeat(65), 'a b', 'ä'].map((generation) => documents.append(firstAppend('bad', generation)))
      const good = documents.append({ ...firstAppend('good', 'a'.repeat(64)), rows: [row('a')] })
      for (const outcome of await Promise.allSettled(bad)) expect(outcome.status).toBe('rejected')
      expect(await good).toEqual(committed(1))
      expect(await documents.load('bad')).toEqual({ type: 'absent' })
    })
  })

  describe(`${name}: lives`, () => {
    test('[B9] a deleted document takes nothing more and says so until it begins another life', async () => {
      const documents = await openTenant()
      await documents.append({ ...firstAppend('plan', 'g-1'), rows: [row('a')] })
      expect(await documents.delete('plan')).toBe(true)
      expect(await documents.load('plan')).toEqual({ type: 'deleted', generation: 'g-1' })
      expect(await documents.append({ ...firstAppend('plan', 'g-1'), afterSeq: 1, rows: [row('b')] })).toEqual({ type: 'stale' })
      expect(await documents.append({ ...firstAppend('plan', 'g-2'), rows: [row('b')] })).toEqual({ type: 'stale' })
      expect(await documents.delete('plan')).toBe(false)
      expect(await documents.delete('absent')).toBe(false)
    })

    test('[B10] restoring brings the content back under another generation, with all client ids free', async () => {
      const documents = await openTenant()
      await documents.append({
        ...firstAppend('plan', 'g-1'),
        rows: [row('a'), row('b')],
        bindings: [{ client: 1, user: 'ann' }],
      })
      expect(await documents.restore('plan')).toBeUndefined()
      await documents.delete('plan')
      const generation = await documents.restore('plan')
      expect(await documents.load('plan')).toEqual(live({ generation, seq: 2, tail: ['a', 'b'] }))
      expect(await documents.append({ ...firstAppend('plan', 'g-1'), afterSeq: 2, rows: [row('c')] })).toEqual({ type: 'stale' })
      expect(await documents.append({ ...firstAppend('plan', generation ?? ''), afterSeq: 2, rows: [row('c')] })).toEqual(
        committed(3),
      )
      expect(await documents.restore('absent')).toBeUndefined()
    })

    test('[B11] creating begins an empty life, of an absent name under the first generation, of a deleted one under another', async () => {
      const documents = await openTenant()
      expect(await documents.create('plan')).toBe(documents.firstGeneration())
      expect(await documents.create('plan')).toBeUndefined()
      await documents.append({
        ...firstAppend('plan', documents.firstGeneration()),
        rows: [row('a')],
        bindings: [{ client: 1, user: 'ann' }],
      })
      await documents.delete('plan')
      const generation = await documents.create('plan')
      expect(await documents.load('plan')).toEqual(live({ generation, seq: 0 }))
      expect(await documents.append({ ...firstAppend('plan', generation ?? ''), rows: [row('new')] })).toEqual(committed(1))
      expect((await loadLive(documents, 'plan')).tail.map(textOf)).toEqual(['new'])
    })

    test('[B12] no generation of a name is used twice, even where a device brought one of ours that was never given out', async () => {
      const documents = await openTenant()
      const adopted = documents.firstGeneration().replace(/-1$/, '-3')
      await documents.append({ ...firstAppend('plan', adopted), rows: [row('a')] })
      const generations = [adopted]
      for (let life = 0; life < 4; life++) {
        await documents.delete('plan')
        generations.push((await (life % 2 === 0 ? documents.restore('plan') : documents.create('plan'))) ?? '')
      }
      expect(new Set(generations).size).toBe(5)
      expect(documents.firstGeneration()).toMatch(/^[A-Za-z0-9]+-1$/)
    })

    test('[B13] a list goes by the bytes of the names, strictly after the given one, at most so many', async () => {
      const documents = await openTenant()
      const names = ['', 'a', 'a/b', 'b', 'ä', '\u{FF5E}', '\u{1F600}'].slice(1)
      for (const name of names.toReversed()) await documents.append({ ...firstAppend(name, 'g-1'), rows: [row(name)] })
      await documents.delete('b')
      const namesOf = async (after: string, limit: number, includeDeleted: boolean): Promise<string[]> =>
        (await documents.list({ after, limit, includeDeleted })).map((summary) => summary.name)
      expect(await namesOf('', 10, true)).toEqual(names)
      expect(await namesOf('', 10, false)).toEqual(names.filter((name) => name !== 'b'))
      expect(await namesOf('a', 2, false)).toEqual(['a/b', 'ä'])
      expect(await namesOf('\u{1F600}', 10, true)).toEqual([])
    })

    test('[B13] a list of hundreds is complete and without repeats', async () => {
      const documents = await openTenant()
      const names = Array.from({ length: 250 }, (_, index) => `plan-${String(index).padStart(3, '0')}`)
      await Promise.all(names.map((name) => documents.append({ ...firstAppend(name, 'g-1'), rows: [row('a')] })))
      const all = await documents.list({ after: '', limit: 1_000, includeDeleted: false })
      expect(all.map((summary) => summary.name)).toEqual(names)
      expect(await documents.list({ after: '', limit: 230, includeDeleted: false })).toHaveLength(230)
    })

    test('[B14] a summary tells generation, size, number of updates and times', async () => {
      const documents = await openTenant()
      const at = Date.now() + 60_000
      await documents.append({ ...firstAppend('plan', 'g-1'), rows: [row('abc'), { ...row('defgh'), at }] })
      await documents.create('empty')
      await documents.delete('empty')
      const [empty, plan] = await documents.list({ after: '', limit: 10, includeDeleted: true })
      expect(plan).toEqual({
        ...plan,
        name: 'plan',
        generation: 'g-1',
        isDeleted: false,
        storedBytes: 8,
        updateCount: 2,
        updatedAt: at,
      })
      expect(empty).toEqual({
        ...empty,
        name: 'empty',
        generation: documents.firstGeneration(),
        isDeleted: true,
        storedBytes: 0,
        updateCount: 0,
      })
      expect(Math.abs((plan?.createdAt ?? 0) - Date.now())).toBeLessThan(60_000)
    })
  })

  describe(`${name}: compaction`, () => {
    test('[B15] folds all rows into one snapshot of equal content, and later rows follow it', async () => {
      const documents = await openTenant()
      const { document, takeRows } = author()
      write(document)
      const rows = takeRows()
      await documents.append({ ...firstAppend('plan', 'g-1'), rows, bindings: [{ client: document.clientID, user: 'ann' }] })
      const snapshot = await documents.compact('plan')
      expect(snapshot?.seq).toBe(rows.length)
      const folded = await loadLive(documents, 'plan')
      expect(folded).toEqual({
        ...folded,
        generation: 'g-1',
        seq: rows.length,
        tail: [],
        bindings: [{ client: document.clientID, user: 'ann' }],
      })
      expect(digestOf(folded)).toBe(contentDigest(document))

      document.getText('body').insert(0, 'later ')
      await documents.append({ ...firstAppend('plan', 'g-1'), afterSeq: rows.length, rows: takeRows() })
      const later = await loadLive(documents, 'plan')
      expect([later.seq, later.tail.length, later.snapshot?.seq]).toEqual([rows.length + 1, 1, rows.length])
      expect(digestOf(later)).toBe(contentDigest(document))
      const [summary] = await documents.list({ after: '', limit: 1, includeDeleted: false })
      expect(summary?.updateCount).toBe(rows.length + 1)
    })

    test('[B15] does nothing where there is nothing to fold', async () => {
      const documents = await openTenant()
      expect(await documents.compact('absent')).toBeUndefined()
      await documents.create('plan')
      expect(await documents.compact('plan')).toBeUndefined()
      const { document, takeRows } = author()
      write(document)
      await documents.append({ ...firstAppend('plan', documents.firstGeneration()), rows: takeRows() })
      expect(await documents.compact('plan')).toBeDefined()
      expect(await documents.compact('plan')).toBeUndefined()
      await documents.delete('plan')
      expect(await documents.compact('plan')).toBeUndefined()
    })

    test('[B16] rows appended during a compaction stay, after its snapshot', async () => {
      const documents = await openTenant()
      const { document, takeRows } = author()
      write(document)
      const rows = takeRows()
      await documents.append({ ...firstAppend('plan', 'g-1'), rows })
      const compacting = documents.compact('plan')
      document.getText('body').insert(3, 'meanwhile')
      expect(await documents.append({ ...firstAppend('plan', 'g-1'), afterSeq: rows.length, rows: takeRows() })).toEqual(
        committed(rows.length + 1),
      )
      await compacting
      const loaded = await loadLive(documents, 'plan')
      expect(loaded.seq).toBe(rows.length + 1)
      expect(digestOf(loaded)).toBe(contentDigest(document))
    })

    test('[B17] a log that cannot be folded stays as it is', async () => {
      const documents = await openTenant()
      const { document, takeRows } = author()
      write(document)
      const good = takeRows()
      // Refers to text that was never stored.
      document.getText('body').insert(0, 'never stored')
      takeRows()
      document.getText('body').insert(5, 'refers to it')
      const rows = [...good, ...takeRows()]
      await documents.append({ ...firstAppend('plan', 'g-1'), rows })
      await documents.append({ ...firstAppend('garbage', 'g-1'), rows: [row('this is no update')] })
      expect(await documents.compact('plan')).toBeUndefined()
      expect(await documents.compact('garbage')).toBeUndefined()
      const loaded = await loadLive(documents, 'plan')
      expect([loaded.snapshot, loaded.tail.length]).toEqual([undefined, rows.length])
      expect((await loadLive(documents, 'garbage')).tail.map(textOf)).toEqual(['this is no update'])
    })

    test('[B18] a snapshot outlives deletion and restoring, and an empty life begins without it', async () => {
      const documents = await openTenant()
      const { document, takeRows } = author()
      write(document)
      await documents.append({ ...firstAppend('plan', 'g-1'), rows: takeRows() })
      await documents.compact('plan')
      await documents.delete('plan')
      await documents.restore('plan')
      expect(digestOf(await loadLive(documents, 'plan'))).toBe(contentDigest(document))
      await documents.delete('plan')
      const generation = await documents.create('plan')
      expect(await documents.load('plan')).toEqual(live({ generation, seq: 0 }))
    })
  })

  keptVerdictsContract(name, async () => (await openStore()).store)

  describe(`${name}: closing`, () => {
    test('[B19] a probe of a working store resolves', async () => {
      const { store } = await openStore()
      await expect(store.probe()).resolves.toBeUndefined()
    })

    test('[B20] closing finishes what was begun and takes nothing more', async () => {
      const { store } = await open()
      const documents = store.tenant('acme')
      const appending = documents.append({ ...firstAppend('plan', 'g-1'), rows: [row('a')] })
      const deleting = documents.delete('plan')
      await store.close()
      expect(await appending).toEqual(committed(1))
      expect(await deleting).toBe(true)
      await expect(documents.append({ ...firstAppend('plan', 'g-1'), rows: [row('b')] })).rejects.toThrow('closed')
      await expect(documents.load('plan')).rejects.toThrow('closed')
      await expect(store.probe()).rejects.toThrow('closed')
      await store.close()
    })
  })
}

function firstAppend(document: string, generation: string): AppendRequest {
  return { document, generation, afterSeq: 0, rows: [], bindings: [] }
}

function row(text: string): AppendRequest['rows'][number] {
  return { update: new TextEncoder().encode(text), user: 'ann', at: 1_000 }
}

function committed(seq: number): AppendResult {
  return { type: 'committed', seq }
}

/** A live document of rows made by `row`. */
function live(expected: {
  generation: string | undefined
  seq: number
  tail?: string[]
  bindings?: LiveDocument['bindings']
}): unknown {
  const tail = (expected.tail ?? []).map((text) => new TextEncoder().encode(text))
  const committedAt = { snapshot: undefined, tail: Float64Array.from(tail, () => row('').at) }
  return { type: 'live', snapshot: undefined, bindings: [], ...expected, tail, committedAt }
}

async function loadLive(documents: TenantDocuments, name: string): Promise<LiveDocument> {
  const loaded = await documents.load(name)
  if (loaded.type !== 'live') throw new Error(`${name} is ${loaded.type}`)
  return loaded
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

/** Without the buffer around it. */
function plain(bytes: Uint8Array): Uint8Array {
  return bytes.slice()
}

function digestOf({ snapshot, tail }: LiveDocument): string {
  const document = new Y.Doc()
  for (const update of snapshot === undefined ? tail : [snapshot.update, ...tail]) Y.applyUpdate(document, update)
  return contentDigest(document)
}

/** A document whose updates become rows. */
function author(): { readonly document: Y.Doc; readonly takeRows: () => AppendRequest['rows'] } {
  const document = new Y.Doc()
  let rows: AppendRequest['rows'][number][] = []
  document.on('update', (update: Uint8Array) => rows.push({ ...row(''), update }))
  const takeRows = (): AppendRequest['rows'] => {
    const taken = rows
    rows = []
    return taken
  }
  return { document, takeRows }
}

/** A little of everything, some of it deleted again. */
function write(document: Y.Doc): void {
  const body = document.getText('body')
  for (const [index, word] of 'Sync is easy until it is not.'.split(' ').entries()) body.insert(index * 2, `${word} `)
  body.format(0, 4, { bold: true })
  body.delete(5, 3)
  const elements = document.getMap('elements')
  for (let index = 0; index < 5; index++)
    elements.set(`element-${index}`, new Y.Map(Object.entries({ x: index, label: `no. ${index}`, tags: [null, true, 1.5] })))
  elements.delete('element-2')
  elements.set('element-3', new Uint8Array([1, 2, 3]))
  const list = document.getArray('list')
  list.push([1, 'two', { three: 3 }, null])
  list.delete(1, 2)
  const paragraph = new Y.XmlElement('p')
  document.getXmlFragment('page').push([paragraph, new Y.XmlText('text')])
  paragraph.setAttribute('class', 'lead')
}

async function oneTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
