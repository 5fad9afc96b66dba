import { createManualTime, createSeededRandom } from '@rejoin/core/testing'
import { forceCloseDatabase, IDBDatabase, IDBFactory, IDBIndex, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb'
import { afterEach, describe, expect, test } from 'vitest'
import { marksOf, markUpdate } from '../testing/index.ts'
import type { DocumentStore, StoreTrouble } from './document-store.ts'
import { createIndexedDbDocumentStore } from './indexed-db-document-store.ts'
import { StoreError } from './store-error.ts'

/** Called in place of every IndexedDB call; decides whether, and how, it really takes place. */
type Intercept = (proceed: () => unknown, self: object) => unknown
let intercept: Intercept | undefined

for (const [prototype, methods] of [
  [IDBFactory.prototype, ['open']],
  [IDBDatabase.prototype, ['transaction']],
  [
    IDBObjectStore.prototype,
    ['add', 'put', 'get', 'getAll', 'getAllKeys', 'delete', 'openCursor', 'openKeyCursor', 'index', 'count'],
  ],
  [IDBIndex.prototype, ['get', 'getAll', 'getAllKeys', 'openCursor', 'openKeyCursor']],
] as const) {
  for (const method of methods) wrap(prototype, method)
}

function wrap(prototype: object, method: string): void {
  const original: unknown = Reflect.get(prototype, method)
  if (typeof original !== 'function') throw new Error(`no ${method}`)
  Reflect.set(prototype, method, function (this: object, ...args: unknown[]): unknown {
    const proceed = (): unknown => Reflect.apply(original, this, args)
    // fake-indexeddb makes the transaction of an upgrade by the method that it offers; a browser does not.
    return intercept === undefined || args[1] === 'versionchange' ? proceed() : intercept(proceed, this)
  })
}

afterEach(() => {
  intercept = undefined
})

interface Fault {
  readonly title: string
  /** Whether one such fault is healed, so that no call may fail. */
  readonly isHealed: boolean
  readonly strike: Intercept
}

const throws = (errorName: string, isHealed: boolean): Fault => ({
  title: `${errorName} is thrown`,
  isHealed,
  strike: () => {
    throw new DOMException('injected', errorName)
  },
})

const faults: readonly Fault[] = [
  throws('InvalidStateError', true),
  throws('UnknownError', true),
  throws('QuotaExceededError', false),
  throws('SecurityError', false),
  {
    title: 'the transaction is aborted',
    isHealed: true,
    strike: (proceed, self) => {
      const result = proceed()
      transactionOf(self)?.abort()
      return result
    },
  },
  {
    title: 'the transaction is aborted for lack of room',
    isHealed: false,
    strike: (proceed, self) => {
      const result = proceed()
      const transaction = transactionOf(self)
      // What a browser does by itself when writing out fails.
      const abort: unknown = transaction === undefined ? undefined : Reflect.get(transaction, '_abort')
      if (typeof abort === 'function') Reflect.apply(abort, transaction, ['QuotaExceededError'])
      return result
    },
  },
  {
    title: 'the browser closes the connection',
    isHealed: true,
    strike: (proceed, self) => {
      const result = proceed()
      const database = self instanceof IDBDatabase ? self : transactionOf(self)?.db
      if (database !== undefined) Reflect.apply(forceCloseDatabase, undefined, [database])
      return result
    },
  },
  {
    title: 'the transaction is committed but reported as aborted',
    isHealed: true,
    strike: (proceed, self) => {
      const result = proceed()
      if (self instanceof IDBDatabase && isTransaction(result)) {
        result.addEventListener('complete', () => result.onabort?.(new Event('abort')))
        Object.defineProperty(result, 'oncomplete', {
          set: () => {
            // Nobody is told.
          },
        })
      }
      return result
    },
  },
]

function isTransaction(value: unknown): value is IDBTransaction {
  return typeof value === 'object' && value !== null && 'objectStoreNames' in value
}

function transactionOf(self: object): IDBTransaction | undefined {
  if (self instanceof IDBObjectStore) return self.transaction
  if (self instanceof IDBIndex) return self.objectStore.transaction
  return undefined
}

/** What was promised to a caller. */
interface Promised {
  readonly marks: Set<string>
  readonly dirty: Set<string>
  readonly cleaned: Set<string>
  readonly errors: unknown[]
}

/** Every operation once, each told apart by its marks. */
async function workload(store: DocumentStore): Promise<Promised> {
  const promised: Promised = { marks: new Set(), dirty: new Set(), cleaned: new Set(), errors: [] }
  let clientId = 0
  const attempt = async <T>(call: Promise<T>): Promise<T | undefined> => {
    try {
      return await call
    } catch (error) {
      promised.errors.push(error)
      return undefined
    }
  }
  const append = async (name: string, marks: readonly string[], isLocal: boolean): Promise<void> => {
    const updates = marks.map((mark) => ({ update: markUpdate(mark, ++clientId), isLocal }))
    const seqs = await attempt(store.append(name, updates))
    if (seqs === undefined) return
    seqs.forEach((seq, index) => {
      promised.marks.add(`${marks[index]}`)
      if (isLocal) promised.dirty.add(`${name}#${seq}`)
    })
  }
  await append('a', ['a1', 'a2'], true)
  await Promise.all([append('b', ['b1'], true), append('a', ['a3'], false), append('c', ['c1'], true)])
  await attempt(store.setGeneration('a', 'g1'))
  promised.cleaned.add('a#1')
  await attempt(store.markStored('a', [1]))
  const loaded = await attempt(store.load('a'))
  const seen = loaded === undefined ? promised.marks : new Set(marksOf(loaded.updates))
  for (const mark of promised.marks)
    if (mark.startsWith('a') && !seen.has(mark)) promised.errors.push(new Error(`${mark} was not loaded`))
  await attempt(store.compact('a'))
  await append('a', ['a4'], true)
  await attempt(store.setAside('b', { code: 'DELETED', message: 'Deleted.' }))
  const refused = await attempt(store.setAsideUpdate('c', markUpdate('r1', 99), { code: 'FORBIDDEN', message: 'No.' }))
  if (refused !== undefined) promised.marks.add('r1')
  await attempt(store.listDirty())
  await attempt(store.compact('a'))
  await append('b', ['b2'], true)
  return promised
}

/** Everything that a fresh page finds. */
async function survey(
  indexedDB: IDBFactory,
): Promise<{ readonly marks: readonly string[]; readonly dirty: ReadonlySet<string>; readonly seqs: readonly unknown[] }> {
  const store = openStore(indexedDB)
  const updates: Uint8Array[] = []
  const dirty = new Set<string>()
  const seqs: unknown[] = []
  for (const name of ['a', 'b', 'c']) {
    const copy = await store.load(name)
    updates.push(...(copy?.updates ?? []))
    for (const seq of copy?.dirtySeqs ?? []) dirty.add(`${name}#${seq}`)
    seqs.push([name, copy?.lastSeq, copy?.dirtySeqs, copy?.generation])
  }
  const setAside = await store.listSetAside()
  for (const { id } of setAside) {
    const update = await store.readSetAside(id)
    if (update !== undefined) updates.push(update)
  }
  seqs.push(setAside.map(({ name }) => name))
  // A copy that was set aside took its dirt along.
  if (setAside.some(({ name }) => name === 'b')) dirty.add('b#1')
  await store.close()
  return { marks: marksOf(updates), dirty, seqs }
}

function openStore(indexedDB: IDBFactory): DocumentStore {
  return createIndexedDbDocumentStore({ databaseName: 'faults', indexedDB, keyRange: IDBKeyRange, clock: createManualTime() })
}

async function touch(indexedDB: IDBFactory): Promise<void> {
  const store = openStore(indexedDB)
  await store.listDirty()
  await store.close()
}

/** Runs the workload with failures, and compares what was promised with what a fresh page finds. */
async function runWithFailures(
  intercepting: Intercept,
  isThere: boolean,
): Promise<{ readonly outcome: Outcome; readonly errors: readonly unknown[]; readonly seqs: unknown }> {
  const indexedDB = new IDBFactory()
  if (isThere) await touch(indexedDB)
  const store = openStore(indexedDB)
  const troubles: StoreTrouble[] = []
  store.onTrouble((trouble) => troubles.push(trouble))
  intercept = intercepting
  const promised = await workload(store)
  intercept = undefined
  await store.close()
  const found = await survey(indexedDB)
  const outcome = {
    lostMarks: [...promised.marks].filter((mark) => !found.marks.includes(mark)),
    lostDirt: [...promised.dirty].filter((seq) => !promised.cleaned.has(seq) && !found.dirty.has(seq)),
    foreignErrors: promised.errors.filter((error) => !(error instanceof StoreError)),
    toldNobody: promised.errors.length > 0 && troubles.length === 0,
  }
  return { outcome, errors: promised.errors, seqs: found.seqs }
}

interface Outcome {
  readonly lostMarks: readonly string[]
  readonly lostDirt: readonly string[]
  readonly foreignErrors: readonly unknown[]
  readonly toldNobody: boolean
}

const nothingLost: Outcome = { lostMarks: [], lostDirt: [], foreignErrors: [], toldNobody: false }

describe('failures of IndexedDB', () => {
  for (const fault of faults) {
    test(
      `[D19] ${fault.title}, at any one call: nothing that was promised is lost, and every promise settles truthfully`,
      { timeout: 120_000 },
      async () => {
        const undisturbed = await runWithFailures((proceed) => proceed(), false)
        let nth = 0
        let calls = 0
        while (calls >= nth) {
          nth++
          calls = 0
          // Every other run meets a database that is there already: opening that is another way through the code.
          const run = await runWithFailures(
            (proceed, self) => (++calls === nth ? fault.strike(proceed, self) : proceed()),
            nth % 2 === 0,
          )
          expect({ nth, ...run.outcome }).toEqual({ nth, ...nothingLost })
          expect(fault.isHealed ? run.errors : [], `healed, call ${nth}`).toEqual([])
          // What is healed is written once: the numbers are those of a run without the fault.
          expect(fault.isHealed ? run.seqs : undisturbed.seqs, `numbers, call ${nth}`).toEqual(undisturbed.seqs)
        }
        expect(nth).toBeGreaterThan(60)
      },
    )
  }

  test('[D19] many failures of all kinds in one run lose nothing that was promised either', { timeout: 120_000 }, async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = createSeededRandom(seed)
      const failures = await runWithFailures(
        (proceed, self) => (random.chance(0.06) ? random.pick(faults).strike(proceed, self) : proceed()),
        random.chance(0.5),
      )
      expect({ seed, ...failures.outcome }).toEqual({ seed, ...nothingLost })
    }
  })
})
