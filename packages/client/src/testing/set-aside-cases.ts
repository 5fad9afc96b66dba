import { createManualTime } from '@rejoin/core/testing'
import type { SetAsideReason } from '../store/document-store.ts'
import { assert, assertEqual } from './contract-checks.ts'
import type { ContractCase } from './document-store-contract.ts'
import { dirtOf, name, reload, mark, typed, type ManagedDocumentStore } from './managed-store-edits.ts'
import { marksOf, markUpdate, textOf } from './sample-edits.ts'

const deleted: SetAsideReason = { code: 'DELETED', message: 'The document was deleted.' }

/** Copies that are moved out of the way, and content that moves in. */
export const setAsideCases: readonly ContractCase<ManagedDocumentStore>[] = [
  {
    title: '[D11] setting aside moves the whole copy, which stays exportable until it is discarded',
    run: async (place) => {
      const clock = createManualTime()
      clock.advance(1_000)
      const store = await place.open({ clock })
      assertEqual(await store.setAside('never written', deleted), undefined, 'nothing to move')
      const updates = typed(['old ', 'life'])
      await store.append(name, updates, 'g1')
      await store.append('other', [mark('stays')])
      const sizeBytes = updates.reduce((sum, { update }) => sum + update.byteLength, 0)
      const moved = await store.setAside(name, deleted)
      assertEqual(moved, { id: moved?.id, name, generation: 'g1', reason: deleted, at: 1_000, sizeBytes }, 'the copy')
      assertEqual(
        [await store.load(name), await store.listDirty(), await store.setAside(name, deleted)],
        [undefined, ['other'], undefined],
        'the name is absent',
      )
      const reloaded = await reload(place, store, clock)
      assertEqual(await reloaded.listSetAside(), [moved], 'the list after a reload')
      const exported = await reloaded.readSetAside(moved?.id ?? 0)
      assert(exported !== undefined, 'exportable')
      assertEqual(textOf([exported]), 'old life', 'exported text')
      await reloaded.discardSetAside(moved?.id ?? 0)
      await reloaded.discardSetAside(moved?.id ?? 0)
      assertEqual(
        [await reloaded.listSetAside(), await reloaded.readSetAside(moved?.id ?? 0)],
        [[], undefined],
        'after discarding',
      )
      await reloaded.close()
    },
  },
  {
    title: '[D12] a late receipt for a copy that was set aside does not clean the next copy',
    run: async ({ open }) => {
      const store = await open({ clock: createManualTime() })
      await store.append(name, [mark('old')], 'g1')
      await store.setAside(name, deleted)
      assertEqual(await store.append(name, [mark('new')], 'g2'), [2], 'the number goes on')
      await store.markStored(name, [1])
      const copy = await store.load(name)
      assertEqual([copy?.generation, marksOf(copy?.updates ?? []), copy?.dirtySeqs], ['g2', ['new'], [2]], 'the next copy')
      await store.compact(name)
      assertEqual((await store.load(name))?.updates.length, 1, 'loads after compaction')
      await store.close()
    },
  },
  {
    title: '[D13] refused content is kept beside the copies',
    run: async ({ open }) => {
      const store = await open({ clock: createManualTime(5) })
      await store.setGeneration(name, 'g1')
      const update = markUpdate('refused', 3)
      const reason = { code: 'FORBIDDEN', message: 'You may not write here.' }
      const kept = await store.setAsideUpdate(name, update, reason)
      assertEqual(kept, { id: kept.id, name, generation: 'g1', reason, at: 5, sizeBytes: update.byteLength }, 'the copy')
      assertEqual([await store.listSetAside(), await store.readSetAside(kept.id)], [[kept], update], 'listed and exportable')
      assertEqual((await store.load(name))?.updates, [], 'the document is not touched')
      await store.close()
    },
  },
  {
    title: '[D20] an import takes place once, and its content is dirty',
    run: async (place) => {
      const clock = createManualTime()
      const store = await place.open({ clock })
      assertEqual(
        [await store.isImported('old'), await store.importOnce('old', name, [markUpdate('a', 1), markUpdate('b', 2)])],
        [false, true],
        'the first time',
      )
      assertEqual(await dirtOf(store), [1, 2], 'dirt')
      await store.setAside(name, deleted)
      const reloaded = await reload(place, store, clock)
      assertEqual(
        [await reloaded.isImported('old'), await reloaded.importOnce('old', name, [markUpdate('a', 1)])],
        [true, false],
        'the second time',
      )
      assertEqual(await reloaded.load(name), undefined, 'what was set aside does not come back')
      await reloaded.close()
    },
  },
]
