import * as Y from 'yjs'
import { encodeKnownState } from '../admission/known-state-bytes.ts'
import { knownStateOf } from '../admission/known-state-of.ts'
import { contentDigest } from './content-digest.ts'

export type FoldedLog =
  /** `known`: what a room that holds `update` knows of it. */
  | { readonly type: 'folded'; readonly update: Uint8Array; readonly known: Uint8Array }
  /** `index` of the first row that cannot be applied to what stands before it; `undefined` where the fault is not in a row. */
  | { readonly type: 'unfoldable'; readonly index: number | undefined; readonly reason: string }

/**
 * Folds a snapshot and the rows after it into one update, by applying them to a `Y.Doc` with garbage collection (never `mergeUpdates`,
 * which destroys text where updates overlap), and verifies the result by loading it again.
 */
export function foldLog(snapshot: Uint8Array | undefined, rows: readonly Uint8Array[]): FoldedLog {
  const document = new Y.Doc({ gc: true })
  try {
    const failure = applyAll(document, snapshot === undefined ? rows : [snapshot, ...rows])
    if (failure !== undefined) return findBadRow(snapshot, rows, failure)
    const update = Y.encodeStateAsUpdate(document)
    const difference = differenceAfterLoading(document, update)
    return difference === undefined
      ? { type: 'folded', update, known: encodeKnownState(knownStateOf(update)) }
      : { type: 'unfoldable', index: undefined, reason: difference }
  } finally {
    document.destroy()
  }
}

/** Applies updates as one transaction, without the clean-up of formatting marks that would add deletes nobody made. */
function applyAll(document: Y.Doc, updates: readonly Uint8Array[]): string | undefined {
  try {
    document.transact((transaction) => {
      for (const update of updates) Y.applyUpdate(document, update)
      transaction.local = true
    })
  } catch (error) {
    return `applying threw ${describe(error)}`
  }
  return pendingOf(document)
}

/** What is still waiting for something that was never stored; admission lets no such update through. */
function pendingOf(document: Y.Doc): string | undefined {
  if (document.store.pendingStructs !== null) return 'structs are left that refer to something unknown'
  if (document.store.pendingDs !== null) return 'deletes are left that refer to something unknown'
  return undefined
}

/** The slow way, after the fast one failed: row by row, each in its own transaction, up to the first that does not fit. */
function findBadRow(snapshot: Uint8Array | undefined, rows: readonly Uint8Array[], failure: string): FoldedLog {
  const document = new Y.Doc({ gc: true })
  try {
    const inSnapshot = snapshot === undefined ? undefined : applyAll(document, [snapshot])
    if (inSnapshot !== undefined) return { type: 'unfoldable', index: undefined, reason: `snapshot: ${inSnapshot}` }
    for (const [index, row] of rows.entries()) {
      const reason = applyAll(document, [row])
      if (reason !== undefined) return { type: 'unfoldable', index, reason }
    }
    return { type: 'unfoldable', index: undefined, reason: failure }
  } finally {
    document.destroy()
  }
}

function differenceAfterLoading(document: Y.Doc, update: Uint8Array): string | undefined {
  const copy = new Y.Doc({ gc: true })
  try {
    const failure = applyAll(copy, [update])
    if (failure !== undefined) return `the folded state cannot be loaded: ${failure}`
    return contentDigest(copy) === contentDigest(document) ? undefined : 'the folded state loads as other content'
  } finally {
    copy.destroy()
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
