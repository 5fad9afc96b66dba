import type { Client, Documents, SyncStatus } from '../client.ts'
import type { OnlineSignal, OnlineSignals } from '../connection/online-signals.ts'
import type { DocumentStore, StoreTrouble, YIndexedDbImport } from '../store/document-store.ts'
import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'
import { DocumentChannel, type DocumentNews } from '../tabs/document-channel.ts'
import type { LocksLike } from '../tabs/locks-like.ts'
import { BackgroundUpload } from './background-upload.ts'
import type { Persistence } from './document-keeper.ts'
import { DocumentRegistry } from './document-registry.ts'
import type { SessionHost } from './document-session.ts'
import { managedPersistence } from './managed-keeper.ts'
import { createOpenDocument } from './open-document-handle.ts'
import { StoreSummary } from './store-summary.ts'
import { isSameSyncStatus, syncStatusOf } from './sync-status.ts'
import { nothingHeld, type UploadHold } from './upload-hold.ts'

const clientLimits = {
  /** News of other tabs come in bursts; the database is asked once for all of them. */
  newsSettleMs: 250,
  /** While documents are dirty that are not open here, they are looked at so often: the tab that has them open may be gone. */
  recheckDirtyMs: 60_000,
} as const

export interface DocumentClientParts {
  readonly host: SessionHost
  readonly store: DocumentStore
  /** `false` for a store in memory. */
  readonly isDurable: boolean
  /** In place of the store, for documents only. */
  readonly persistence?: Persistence
  /** Puts the content of a y-indexeddb database into a document of the store. */
  readonly importYIndexedDb: (databaseName: string, documentName: string) => Promise<YIndexedDbImport>
  readonly signals: OnlineSignals
  readonly locks: LocksLike
  readonly channel: BroadcastChannelLike | undefined
  /** Names the lock of the background upload. */
  readonly databaseName: string
  /** So many documents may be uploaded unseen at the same time; absent: nobody says. */
  readonly uploadsMax?: (() => number) | undefined
  /** Whether what nobody has open may be uploaded; absent: it may. */
  readonly uploadHold?: UploadHold | undefined
  /** Unique to this client. */
  readonly sender: string
}

const switchedOffMessage = 'Syncing is switched off.'
const noNetworkMessage = 'There is no network.'

/** A client over the given parts of its host. */
export class DocumentClient implements Omit<Client, 'connectivity'> {
  readonly documents: Documents
  readonly #parts: DocumentClientParts
  readonly #registry: DocumentRegistry
  readonly #upload: BackgroundUpload
  readonly #summary: StoreSummary
  readonly #channel: DocumentChannel
  readonly #listeners = new Set<() => void>()
  readonly #hold: UploadHold
  readonly #stops: readonly (() => void)[]
  #isHoldKnown: boolean
  #isSwitchedOn = true
  #syncStatus: SyncStatus
  #cancelSettle: (() => void) | undefined
  #cancelRecheck: (() => void) | undefined
  #isClosed = false

  constructor(parts: DocumentClientParts) {
    const { host, store, isDurable, persistence, signals, locks, channel, databaseName, sender } = parts
    this.#parts = parts
    this.#hold = parts.uploadHold ?? nothingHeld
    this.#isHoldKnown = parts.uploadHold === undefined
    this.#summary = new StoreSummary(store, () => this.#changed())
    this.#channel = new DocumentChannel({
      channel,
      sender,
      listener: { onNews: (news) => this.#receive(news), onMissed: () => this.#catchUp() },
    })
    const managed = managedPersistence({
      store,
      isDurable,
      scheduler: host.scheduler,
      tell: (news) => this.#channel.tell(news),
      onStoreChanged: () => this.#summary.refresh(),
    })
    this.#registry = new DocumentRegistry({
      host,
      persistence: persistence ?? managed,
      offlineMessage: () => this.#offlineMessage(),
      onClosingDirty: (name, closing) => this.#summary.noteClosing(name, closing),
      onChanged: () => this.#changed(),
    })
    this.#upload = new BackgroundUpload({
      listDirty: () => store.listDirty(),
      acquire: (name) => this.#registry.acquire(name),
      isOpen: (name) => this.#registry.isOpen(name),
      isOnline: () => this.#offlineMessage() === undefined,
      isHeld: () => !this.#isHoldKnown || this.#hold.current() !== undefined,
      uploadsMax: parts.uploadsMax,
      locks,
      lockName: `${databaseName}/upload`,
      scheduler: host.scheduler,
      random: host.random,
      onChanged: () => this.#summary.refresh(),
    })
    this.documents = this.#createDocuments(store)
    this.#syncStatus = this.#deriveStatus()
    this.#stops = [signals.subscribe((signal) => this.#hear(signal)), this.#hold.subscribe(() => this.#reconsiderHold())]
    this.#summary.refresh()
    this.#upload.restart()
    void parts.uploadHold?.ready.then(() => {
      this.#isHoldKnown = true
      this.#reconsiderHold()
    })
  }

  get syncStatus(): SyncStatus {
    return this.#syncStatus
  }

  get isOnline(): boolean {
    return this.#isSwitchedOn
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  onTrouble(listener: (trouble: StoreTrouble) => void): () => void {
    return this.#parts.store.onTrouble(listener)
  }

  setOnline(isOnline: boolean): void {
    this.#isSwitchedOn = isOnline
    this.#reconsider()
  }

  /** "Sync now": documents that nobody has open are uploaded whatever the conditions, until all of them are. */
  uploadNow(): void {
    this.#upload.ask()
    this.#changed()
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const stop of this.#stops) stop()
    this.#cancelSettle?.()
    this.#cancelRecheck?.()
    this.#listeners.clear()
    try {
      await this.#upload.close()
      await this.#registry.close()
    } finally {
      this.#summary.close()
      // What the store still finishes is told to the other tabs.
      await this.#parts.store.close()
      this.#channel.close()
    }
  }

  #createDocuments(store: DocumentStore): Documents {
    return {
      open: async (name) => createOpenDocument(await this.#registry.acquire(name), () => this.#released()),
      importYIndexedDb: async (databaseName, documentName = databaseName) => {
        const outcome = await this.#parts.importYIndexedDb(databaseName, documentName)
        await this.#registry.catchUp()
        this.#released()
        return outcome
      },
      listSetAside: () => store.listSetAside(),
      exportSetAside: (id) => store.readSetAside(id),
      discardSetAside: async (id) => {
        await store.discardSetAside(id)
        this.#summary.refresh()
      },
    }
  }

  /** What the person closed may be dirty still. */
  #released(): void {
    this.#summary.refresh()
    this.#upload.wake()
  }

  #offlineMessage(): string | undefined {
    if (!this.#isSwitchedOn) return switchedOffMessage
    return this.#parts.signals.isOnline() ? undefined : noNetworkMessage
  }

  #hear(signal: OnlineSignal): void {
    switch (signal) {
      case 'online':
      case 'offline':
        this.#reconsider()
        return
      case 'restored':
        this.#catchUp()
        this.#wake()
        return
      case 'woke':
        this.#channel.callRoll()
        this.#wake()
    }
  }

  #reconsider(): void {
    const offlineMessage = this.#offlineMessage()
    for (const session of this.#registry.sessions) {
      if (offlineMessage === undefined) session.goOnline()
      else session.goOffline(offlineMessage)
    }
    if (offlineMessage === undefined) this.#upload.restart()
    else this.#upload.pause()
    this.#changed()
  }

  #reconsiderHold(): void {
    if (this.#isClosed) return
    this.#upload.hold()
    this.#upload.wake()
    this.#changed()
  }

  #wake(): void {
    for (const session of this.#registry.sessions) session.wake()
    this.#upload.wake()
  }

  #catchUp(): void {
    // A database that cannot be read now has told of its trouble; the documents go on with what they have and what the server brings.
    this.#registry.catchUp().catch(() => this.#summary.refresh())
    this.#summary.refresh()
  }

  #receive(news: DocumentNews): void {
    this.#registry.receive(news)
    this.#cancelSettle ??= this.#parts.host.scheduler.after(clientLimits.newsSettleMs, () => {
      this.#cancelSettle = undefined
      this.#summary.refresh()
    })
  }

  #changed(): void {
    if (this.#isClosed) return
    this.#keepRechecking()
    const next = this.#deriveStatus()
    if (isSameSyncStatus(this.#syncStatus, next)) return
    this.#syncStatus = next
    for (const listener of this.#listeners) listener()
  }

  #keepRechecking(): void {
    const isDue = (this.#summary.dirtyNames ?? []).some(
      (name) => !this.#registry.isOpen(name) && !this.#upload.stuckNames.has(name),
    )
    if (!isDue) {
      this.#cancelRecheck?.()
      this.#cancelRecheck = undefined
      return
    }
    this.#cancelRecheck ??= this.#parts.host.scheduler.after(clientLimits.recheckDirtyMs, () => {
      this.#cancelRecheck = undefined
      this.#upload.wake()
      this.#summary.refresh()
    })
  }

  #deriveStatus(): SyncStatus {
    return syncStatusOf({
      isOnline: this.#offlineMessage() === undefined,
      openDocuments: [...this.#registry.sessions].map(({ name, state }) => ({ name, state })),
      dirtyNames: this.#summary.dirtyNames,
      setAsideCopies: this.#summary.setAsideCopies,
      hasStoreTrouble: this.#summary.hasTrouble,
      stuckNames: this.#upload.stuckNames,
      isUploadWaiting: this.#upload.isWaiting,
      held: this.#upload.isWanted ? undefined : this.#hold.current(),
    })
  }
}
