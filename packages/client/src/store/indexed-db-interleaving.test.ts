import { createManualTime } from '@rejoin/core/testing'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { marksOf, markUpdate } from '../testing/index.ts'
import type { DocumentStore } from './document-store.ts'
import { createIndexedDbDocumentStore } from './indexed-db-document-store.ts'

const name = 'shared'

type Action =
  | { readonly type: 'append'; readonly isLocal: boolean }
  | { readonly type: 'load' | 'compact' | 'markStored' | 'setAside' | 'settle' | 'reload' }

const actionArbitrary: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('append' as const), isLocal: fc.boolean() }) },
  { weight: 4, arbitrary: fc.constant({ type: 'compact' as const }) },
  { weight: 3, arbitrary: fc.constant({ type: 'load' as const }) },
  { weight: 2, arbitrary: fc.constant({ type: 'markStored' as const }) },
  { weight: 2, arbitrary: fc.constant({ type: 'settle' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'setAside' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'reload' as const }) },
)
const stepArbitrary = fc.record({ tab: fc.nat(1), action: actionArbitrary })

/** Two tabs on one database, and what they were promised. */
class World {
  readonly #indexedDB = new IDBFactory()
  readonly #tabs = [this.#open(), this.#open()]
  readonly #running: Promise<void>[] = []
  readonly #seqByMark = new Map<string, number>()
  readonly #localMarks = new Set<string>()
  readonly #markedSeqs = new Set<number>()
  readonly #tornLoads: string[] = []
  #count = 0

  async take(tab: number, action: Action): Promise<void> {
    const store = this.#tab(tab)
    switch (action.type) {
      case 'append':
        this.#running.push(this.#append(store, action.isLocal))
        return
      case 'load':
        this.#running.push(this.#load(store))
        return
      case 'compact':
        this.#running.push(store.compact(name))
        return
      case 'markStored':
        this.#running.push(this.#markStored(store))
        return
      case 'setAside':
        this.#running.push(store.setAside(name, { code: 'DELETED', message: 'Deleted.' }).then(() => undefined))
        return
      case 'reload':
        this.#tabs[tab] = this.#open()
        this.#running.push(store.close())
        return
      case 'settle':
        await Promise.all(this.#running)
    }
  }

  /** What is on the device, and what it should be by what was promised. */
  async compare(): Promise<{ readonly found: unknown; readonly promised: unknown }> {
    await Promise.all(this.#running)
    const store = this.#open()
    const copy = await store.load(name)
    const present = marksOf(copy?.updates ?? [])
    const aside: string[] = []
    for (const { id } of await store.listSetAside()) aside.push(...marksOf([(await store.readSetAside(id)) ?? new Uint8Array()]))
    await Promise.all([store, ...this.#tabs].map((tab) => tab.close()))
    const seqs = [...this.#seqByMark.values()].toSorted((left, right) => left - right)
    const dirty = present.filter((mark) => this.#localMarks.has(mark)).map((mark) => this.#seqByMark.get(mark) ?? 0)
    return {
      found: { marks: [...present, ...aside].toSorted(), dirtySeqs: copy?.dirtySeqs ?? [], seqs, tornLoads: this.#tornLoads },
      promised: {
        marks: [...this.#seqByMark.keys()].toSorted(),
        dirtySeqs: dirty.filter((seq) => !this.#markedSeqs.has(seq)).toSorted((left, right) => left - right),
        seqs: seqs.map((_, index) => index + 1),
        tornLoads: [],
      },
    }
  }

  /** Two marks a call: no load may see one without the other. */
  async #append(store: DocumentStore, isLocal: boolean): Promise<void> {
    const number = ++this.#count
    const marks = [`${number}-left`, `${number}-right`]
    const seqs = await store.append(
      name,
      marks.map((mark, index) => ({ update: markUpdate(mark, number * 2 + index), isLocal })),
    )
    marks.forEach((mark, index) => {
      this.#seqByMark.set(mark, seqs[index] ?? 0)
      if (isLocal) this.#localMarks.add(mark)
    })
  }

  async #load(store: DocumentStore): Promise<void> {
    const copy = await store.load(name)
    const marks = marksOf(copy?.updates ?? [])
    const torn = marks.filter(
      (mark) => !marks.includes(mark.endsWith('left') ? mark.replace('left', 'right') : mark.replace('right', 'left')),
    )
    this.#tornLoads.push(...torn)
  }

  async #markStored(store: DocumentStore): Promise<void> {
    const seqs = [...this.#seqByMark.values()].filter((seq) => seq % 3 === 0)
    for (const seq of seqs) this.#markedSeqs.add(seq)
    await store.markStored(name, seqs)
  }

  #tab(tab: number): DocumentStore {
    const store = this.#tabs[tab]
    if (store === undefined) throw new Error(`no tab ${tab}`)
    return store
  }

  #open(): DocumentStore {
    return createIndexedDbDocumentStore({
      databaseName: 'tabs',
      indexedDB: this.#indexedDB,
      keyRange: IDBKeyRange,
      clock: createManualTime(),
      rowsBeforeCompaction: 6,
    })
  }
}

test('[D4] two tabs that append, compact, set aside and reload in any order lose nothing', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { minLength: 5, maxLength: 40 }), async (steps) => {
      const world = new World()
      for (const { tab, action } of steps) await world.take(tab, action)
      const { found, promised } = await world.compare()
      expect(found).toEqual(promised)
    }),
    { numRuns: 100 },
  )
})
