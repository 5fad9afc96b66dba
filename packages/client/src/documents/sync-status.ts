import type { SyncStatus } from '../client.ts'
import type { DocumentState } from './open-document.ts'
import type { HeldDocuments } from './upload-hold.ts'

/** What one client knows about all its documents. */
export interface SyncFacts {
  readonly isOnline: boolean
  readonly openDocuments: readonly { readonly name: string; readonly state: DocumentState }[]
  /** Names with local edits that no server has, as the database lists them; `undefined` while it has not been read. */
  readonly dirtyNames: readonly string[] | undefined
  readonly setAsideCopies: number
  /** Dirty documents that the background upload cannot get through. */
  readonly stuckNames: ReadonlySet<string>
  /** The background upload waits for its next attempt: the server was not reached. */
  readonly isUploadWaiting: boolean
  /** The background upload waits for better conditions. */
  readonly held: HeldDocuments | undefined
  /** The database cannot be read, so nothing good can be said. */
  readonly hasStoreTrouble: boolean
}

/** All documents in one line; `stored` only where nothing speaks against it (P4). */
export function syncStatusOf(facts: SyncFacts): SyncStatus {
  const openNames = new Set(facts.openDocuments.map(({ name }) => name))
  const closedDirtyNames = (facts.dirtyNames ?? []).filter((name) => !openNames.has(name))
  const dirtyOpen = facts.openDocuments.filter(({ state }) => state.hasUnstored && state.status !== 'unavailable')
  const dirtyDocuments = new Set([...closedDirtyNames, ...dirtyOpen.map(({ name }) => name)]).size
  const isHeld = facts.isOnline && closedDirtyNames.some((name) => !facts.stuckNames.has(name))
  return {
    status: lineOf(facts, closedDirtyNames),
    dirtyDocuments,
    setAsideCopies: facts.setAsideCopies,
    ...(isHeld && facts.held !== undefined && { heldBack: facts.held }),
  }
}

function lineOf(facts: SyncFacts, closedDirtyNames: readonly string[]): SyncStatus['status'] {
  const statuses = new Set(facts.openDocuments.map(({ state }) => state.status))
  const uploadable = closedDirtyNames.filter((name) => !facts.stuckNames.has(name))
  if (!facts.isOnline || statuses.has('offline') || (uploadable.length > 0 && facts.isUploadWaiting)) return 'offline'
  const isStuck = uploadable.length < closedDirtyNames.length
  if (facts.hasStoreTrouble || facts.setAsideCopies > 0 || isStuck || statuses.has('refused') || statuses.has('unavailable'))
    return 'attention'
  if (facts.dirtyNames === undefined || uploadable.length > 0 || statuses.has('saving') || statuses.has('loading'))
    return 'saving'
  return 'stored'
}

export function isSameSyncStatus(a: SyncStatus, b: SyncStatus): boolean {
  const isSameHold = a.heldBack?.code === b.heldBack?.code
  return isSameHold && a.status === b.status && a.dirtyDocuments === b.dirtyDocuments && a.setAsideCopies === b.setAsideCopies
}
