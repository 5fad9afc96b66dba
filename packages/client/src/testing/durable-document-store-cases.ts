import { createManualTime } from '@rejoin/core/testing'
import { assert, assertEqual, assertRejects } from './contract-checks.ts'
import type { ContractCase } from './document-store-contract.ts'
import { dirtOf, mark, name, reload, typed, type ManagedDocumentStore } from './managed-store-edits.ts'
import { marksOf, markUpdate, textOf } from './sample-edits.ts'
import { setAsideCases } from './set-aside-cases.ts'

/** What makes a store a managed one: dirt, generations, compaction, copies set aside. */
export const durableDocumentStoreCases: readonly ContractCase<ManagedDocumentStore>[] = [
  ...setAsideCases,
  {
    title: '[D1] appends that arrive before what they build on are kept',
    run: async ({ open }) => {
      const store = await open({ clock: createManualTime() })
      const texts = Array.from({ length: 40 }, (_, index) => `${index},`)
      await Promise.all(
        typed(texts)
          .toReversed()
          .map((update) => store.append(name, [update])),
      )
      assertEqual(textOf((await store.load(name))?.updates ?? []), texts.join(''), 'text')
      await store.close()
    },
  },
  {
    title: '[D4] sequence numbers rise over all tabs and are never given twice',
    run: async ({ open }) => {
      const clock = createManualTime()
      const [left, right] = await Promise.all([open({ clock }), open({ clock })])
      const appends = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? left : right).append(name, [mark(`a${index}`), mark(`b${index}`)]),
      )
      const given = await Promise.all(appends)
      assertEqual(
        given.flat().toSorted((a, b) => a - b),
        Array.from({ length: 40 }, (_, index) => index + 1),
        'all numbers',
      )
      assert(
        given.every(([first, second]) => first !== undefined && second === first + 1),
        'numbers of one call follow each other',
      )
      assertEqual((await left.load(name))?.lastSeq, 40, 'last number')
      await Promise.all([left.close(), right.close()])
    },
  },
  {
    title: "[D6] local updates are dirty until a receipt, the server's never are, also after a reload",
    run: async (place) => {
      const clock = createManualTime()
      const store = await place.open({ clock })
      await store.append(name, [mark('mine'), mark('theirs', false), mark('mine too')])
      assertEqual(await dirtOf(store), [1, 3], 'before the receipt')
      await store.markStored(name, [1])
      const reloaded = await reload(place, store, clock)
      assertEqual(await dirtOf(reloaded), [3], 'after a receipt and a reload')
      await reloaded.markStored(name, [3])
      assertEqual(await dirtOf(reloaded), [], 'after both receipts')
      assertEqual(await reloaded.listDirty(), [], 'dirty documents')
      await reloaded.close()
    },
  },
  {
    title: '[D7] repeated and unknown receipts do no harm',
    run: async ({ open }) => {
      const store = await open({ clock: createManualTime() })
      await store.markStored('never written', [1, 2])
      assertEqual(await store.load('never written'), undefined, 'a receipt makes no copy')
      await store.append(name, [mark('a'), mark('b')])
      await store.markStored(name, [2, 2, 99])
      await store.markStored(name, [2])
      assertEqual(await dirtOf(store), [1], 'dirt')
      assertEqual(marksOf((await store.load(name))?.updates ?? []), ['a', 'b'], 'content stays')
      await store.close()
    },
  },
  {
    title: '[D8] dirty documents are listed, oldest dirt first',
    run: async ({ open }) => {
      const clock = createManualTime()
      const store = await open({ clock })
      for (const document of ['c', 'a', 'b']) {
        clock.advance(10)
        await store.append(document, [mark(`${document}1`)])
      }
      await store.append('clean', [mark('theirs', false)])
      clock.advance(10)
      await store.append('c', [mark('c2')])
      assertEqual(await store.listDirty(), ['c', 'a', 'b'], 'order')
      await store.markStored('c', [1])
      assertEqual(await store.listDirty(), ['a', 'b', 'c'], 'c is only dirty since its second update')
      await store.close()
    },
  },
  {
    title: '[D9] the generation is kept, and another life of the document is not mixed in',
    run: async (place) => {
      const clock = createManualTime()
      const store = await place.open({ clock })
      await store.setGeneration('met', 'g1')
      assertEqual(await store.load('met'), { generation: 'g1', updates: [], lastSeq: 0, dirtySeqs: [] }, 'a copy without updates')
      await store.append(name, [mark('a')])
      assertEqual((await store.load(name))?.generation, undefined, 'before a server was met')
      await store.append(name, [mark('b')], 'g1')
      await assertRejects(store.setGeneration(name, 'g2'), 'otherGeneration')
      const [, refused, taken] = await Promise.allSettled([
        store.append(name, [mark('c')], 'g1'),
        store.append(name, [mark('from another life')], 'g2'),
        store.append(name, [mark('d')]),
      ])
      assertEqual([refused.status, taken.status], ['rejected', 'fulfilled'], 'calls made together')
      const reloaded = await reload(place, store, clock)
      const copy = await reloaded.load(name)
      assertEqual(
        [copy?.generation, marksOf(copy?.updates ?? []), copy?.dirtySeqs],
        ['g1', ['a', 'b', 'c', 'd'], [1, 2, 3, 4]],
        'the copy',
      )
      await reloaded.close()
    },
  },
  {
    title: '[D10] compaction changes no content and no dirt, and receipts still count afterwards',
    run: async (place) => {
      const clock = createManualTime()
      const store = await place.open({ clock })
      await store.compact('never written')
      await store.append(name, typed(['one ', 'two ', 'three ', 'four']), 'g1')
      await store.markStored(name, [1, 3])
      await store.compact(name)
      const folded = await store.load(name)
      assertEqual(
        [folded?.updates.length, folded?.lastSeq, folded?.dirtySeqs, folded?.generation],
        [1, 4, [2, 4], 'g1'],
        'the folded copy',
      )
      assertEqual(textOf(folded?.updates ?? []), 'one two three four', 'text')
      assertEqual(await store.append(name, [mark('later')]), [5], 'the next number')
      await store.compact(name)
      await store.markStored(name, [2])
      const reloaded = await reload(place, store, clock)
      const copy = await reloaded.load(name)
      assertEqual(
        [copy?.updates.length, copy?.lastSeq, copy?.dirtySeqs],
        [1, 5, [4, 5]],
        'after a second fold, a receipt and a reload',
      )
      await reloaded.markStored(name, [4, 5])
      assertEqual(await reloaded.listDirty(), [], 'dirty documents')
      await reloaded.close()
    },
  },
  {
    title: '[D10] updates that wait for missing ones are not folded, and nothing of them is lost',
    run: async ({ open }) => {
      const store = await open({ clock: createManualTime() })
      const [first, ...others] = typed(['one ', 'two ', 'three'])
      assert(first !== undefined, 'an edit')
      await store.append(name, others)
      await store.compact(name)
      assertEqual((await store.load(name))?.updates.length, 2, 'rows left alone')
      await store.append(name, [first])
      await store.compact(name)
      const copy = await store.load(name)
      assertEqual(
        [copy?.updates.length, textOf(copy?.updates ?? []), copy?.dirtySeqs],
        [1, 'one two three', [1, 2, 3]],
        'the whole document',
      )
      await store.close()
    },
  },
  {
    title: '[D10] compacting in two tabs while both append loses nothing',
    run: async ({ open }) => {
      const clock = createManualTime()
      const [left, right] = await Promise.all([open({ clock }), open({ clock })])
      const marks = Array.from({ length: 12 }, (_, index) => `m${10 + index}`)
      await Promise.all(
        marks.flatMap((text, index) => [
          (index % 2 === 0 ? left : right).append(name, [mark(text)]),
          left.compact(name),
          right.compact(name),
        ]),
      )
      const copy = await right.load(name)
      assertEqual([marksOf(copy?.updates ?? []), copy?.lastSeq, copy?.dirtySeqs.length], [marks, 12, 12], 'the copy')
      await Promise.all([left.close(), right.close()])
    },
  },
  {
    title: '[D3] calls take effect in the order in which they were made, and none after close',
    run: async ({ open }) => {
      const store = await open({ clock: createManualTime() })
      const appended = store.append(name, [mark('old')])
      const moved = store.setAside(name, { code: 'DELETED', message: 'The document was deleted.' })
      const next = store.append(name, [mark('new')])
      const loaded = store.load(name)
      assertEqual(
        [await appended, (await moved)?.name, await next, marksOf((await loaded)?.updates ?? [])],
        [[1], name, [2], ['new']],
        'what each call saw',
      )
      await store.close()
      for (const call of [
        store.load(name),
        store.append(name, [mark('late')]),
        store.markStored(name, [1]),
        store.listDirty(),
        store.listSetAside(),
      ]) {
        await assertRejects(call, 'closed')
      }
    },
  },
  {
    title: '[D5] an update cut out of a larger buffer is kept alone',
    run: async ({ open }) => {
      const store = await open({ clock: createManualTime() })
      const update = markUpdate('small', 3)
      const frame = new Uint8Array(1_000_000)
      frame.set(update, 500)
      await store.append(name, [{ update: frame.subarray(500, 500 + update.byteLength), isLocal: false }])
      const [stored] = (await store.load(name))?.updates ?? []
      assertEqual([stored, stored?.buffer.byteLength], [update, update.byteLength], 'the stored bytes')
      await store.close()
    },
  },
]
