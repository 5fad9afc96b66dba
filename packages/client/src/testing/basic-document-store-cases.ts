import { createManualTime } from '@rejoin/core/testing'
import type { BasicDocumentStore, UpdateToAppend } from '../store/document-store.ts'
import { assert, assertEqual } from './contract-checks.ts'
import type { ContractCase } from './document-store-contract.ts'
import { textOf, typedUpdates } from './sample-edits.ts'

const name = 'notes/today'
const local = (updates: readonly Uint8Array[]): readonly UpdateToAppend[] => updates.map((update) => ({ update, isLocal: true }))

/** What a store has to do that only keeps updates and gives them back. */
export const basicDocumentStoreCases: readonly ContractCase<BasicDocumentStore>[] = [
  {
    title: '[D1] what was appended is loaded again, after a reload and in another tab',
    run: async ({ open }) => {
      const clock = createManualTime()
      const store = await open({ clock })
      const [first, second, third] = typedUpdates(['one ', 'two ', 'three'])
      assert(first !== undefined && second !== undefined && third !== undefined, 'three edits')
      await store.append(name, local([first, second]))
      await store.append(name, local([third]))
      assertEqual(textOf((await store.load(name))?.updates ?? []), 'one two three', 'text in the same tab')
      const other = await open({ clock })
      assertEqual(textOf((await other.load(name))?.updates ?? []), 'one two three', 'text in another tab')
      await Promise.all([store.close(), other.close()])
      const reloaded = await open({ clock })
      assertEqual(textOf((await reloaded.load(name))?.updates ?? []), 'one two three', 'text after a reload')
      await reloaded.close()
    },
  },
  {
    title: '[D2] a name that was never written has no copy',
    run: async ({ open }) => {
      const store = await open({ clock: createManualTime() })
      await store.append(name, local(typedUpdates(['here'])))
      assertEqual(await store.load('notes/other'), undefined, 'the copy')
      assertEqual(await store.load('notes/toda'), undefined, 'a shorter name')
      await store.close()
    },
  },
  {
    title: '[D1] documents do not mix',
    run: async ({ open }) => {
      const store = await open({ clock: createManualTime() })
      await Promise.all([
        store.append('a', local(typedUpdates(['in a'], 1))),
        store.append('b', local(typedUpdates(['in b'], 2))),
      ])
      assertEqual(textOf((await store.load('a'))?.updates ?? []), 'in a', 'text of a')
      assertEqual(textOf((await store.load('b'))?.updates ?? []), 'in b', 'text of b')
      await store.close()
    },
  },
  {
    title: '[D1] many appends at once all arrive',
    run: async ({ open }) => {
      const store = await open({ clock: createManualTime() })
      const texts = Array.from({ length: 20 }, (_, index) => `${index},`)
      await Promise.all(typedUpdates(texts).map((update) => store.append(name, local([update]))))
      assertEqual(textOf((await store.load(name))?.updates ?? []), texts.join(''), 'text')
      await store.close()
    },
  },
  {
    title: '[D3] close finishes what was called before',
    run: async ({ open }) => {
      const clock = createManualTime()
      const store = await open({ clock })
      const appended = store.append(name, local(typedUpdates(['last words'])))
      await store.close()
      await appended
      const reloaded = await open({ clock })
      assertEqual(textOf((await reloaded.load(name))?.updates ?? []), 'last words', 'text')
      await reloaded.close()
    },
  },
]
