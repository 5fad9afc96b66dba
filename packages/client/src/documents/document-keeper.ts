import type { Doc } from 'yjs'
import type { LinkReason } from './link-state.ts'
import type { OrdinalRange } from './ordinal-ledger.ts'
import type { DocumentNews } from '../tabs/document-channel.ts'

/** Where documents are kept on this device. */
export interface Persistence {
  /** Puts everything that this device has into the doc. Rejects rather than giving less (P9). */
  load(name: string, doc: Doc): Promise<CreateKeeper>
}

export type CreateKeeper = (watcher: KeeperWatcher) => DocumentKeeper

/** Keeps one open document on this device, and gives every local change its ordinal. */
export interface DocumentKeeper {
  /** Whether the device gives receipts. */
  readonly canTell: boolean
  readonly loaded: LoadedDocument
  /** Keeps an update that was made here, or came from the server. */
  add(update: Uint8Array, isLocal: boolean): void
  /** Resolves when everything added so far is durably on this device; rejects where the device cannot keep it, or cannot tell. */
  whenKept(): Promise<void>
  rememberGeneration(generation: string): void
  /** The server has these changes. */
  markStored(ranges: readonly OrdinalRange[]): void
  /** Keeps what the server refused apart from the document. Its changes are clean once that is done. */
  setFrameAside(update: Uint8Array, ranges: readonly OrdinalRange[], reason: LinkReason): void
  /** Moves the copy out of the way. What is added from now on is kept beside it. */
  setCopyAside(reason: LinkReason): void
  receive(news: DocumentNews): void
  /** Reads again what other tabs wrote. */
  catchUp(): Promise<void>
  /** Resolves when the copy that was to be set aside is out of the way, so that the name can be opened again. */
  whenMovedAway(): Promise<void>
  /** Finishes what was begun. Rejects where a change could not be kept. */
  close(): Promise<void>
}

export interface LoadedDocument {
  readonly generation: string | undefined
  /** Of changes that no server has acknowledged, as far as this device can tell; dense from 1. */
  readonly ordinals: readonly number[]
}

/** What a keeper tells the document it keeps. */
export interface KeeperWatcher {
  onChangeMade(ordinal: number, isKept: boolean): void
  onKept(count: number): void
  onNotKept(message: string): void
  /** These changes are clean: another tab had them acknowledged or set aside. */
  onCleanElsewhere(ordinals: readonly number[]): void
  onSetAsideElsewhere(reason: LinkReason): void
  /** An update of another tab, to be applied. `isDirty`: it is a local change that no server may have. */
  onTabUpdate(update: Uint8Array, isDirty: boolean): void
  /** Changes turned up of which nobody knows whether a server has them: everything is to be sent again. */
  onDirtFound(): void
}
