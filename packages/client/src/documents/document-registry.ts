import { Doc } from 'yjs'
import { documentPath } from '../connection/document-url.ts'
import type { DocumentNews } from '../tabs/document-channel.ts'
import type { Persistence } from './document-keeper.ts'
import { DocumentSession, type SessionHost } from './document-session.ts'

/** One user's hold on an open document. */
export interface DocumentLease {
  readonly session: DocumentSession
  /** The last release closes the document. Rejects where a change could not be kept on this device. */
  release(): Promise<void>
}

export interface DocumentRegistryOptions {
  readonly host: SessionHost
  readonly persistence: Persistence
  /** Why there is no network, or `undefined` while there may be one. */
  readonly offlineMessage: () => string | undefined
  /** A document with edits that no server has is being closed. */
  readonly onClosingDirty: (name: string, closing: Promise<void>) => void
  /** Called after every change of any open document's state, and of what is open. */
  readonly onChanged: () => void
}

interface Entry {
  readonly name: string
  readonly opening: Promise<DocumentSession>
  session: DocumentSession | undefined
  userCount: number
  /** What other tabs told while the document was being read; afterwards it goes to the session. */
  readonly newsWhileOpening: DocumentNews[]
}

/** The documents open in this tab, one session a name, shared by all who opened it. */
export class DocumentRegistry {
  readonly #options: DocumentRegistryOptions
  readonly #entryByName = new Map<string, Entry>()
  /** Every session that is not closed: those in `#entryByName`, and those whose copy was set aside while somebody held them. */
  readonly #sessions = new Set<DocumentSession>()
  /** A name must not be read while its last session is still writing. */
  readonly #endingByName = new Map<string, Promise<unknown>>()
  #isClosed = false

  constructor(options: DocumentRegistryOptions) {
    this.#options = options
  }

  get sessions(): ReadonlySet<DocumentSession> {
    return this.#sessions
  }

  isOpen(name: string): boolean {
    return this.#entryByName.has(name)
  }

  /** Rejects on a name that cannot be one, and where the local copy cannot be read: then nothing is open (P9). */
  async acquire(name: string): Promise<DocumentLease> {
    if (this.#isClosed) throw new Error('the client is closed')
    const entry = this.#entryByName.get(name) ?? this.#create(name)
    entry.userCount++
    const session = await entry.opening
    let isReleased = false
    return {
      session,
      release: async () => {
        if (isReleased) return
        isReleased = true
        entry.userCount--
        if (entry.userCount === 0) await this.#end(entry, session)
      },
    }
  }

  receive(news: DocumentNews): void {
    const entry = this.#entryByName.get(news.name)
    if (entry === undefined) return
    if (entry.session === undefined) entry.newsWhileOpening.push(news)
    else entry.session.receive(news)
  }

  async catchUp(): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session.catchUp()))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const entries = [...this.#entryByName.values()]
    this.#entryByName.clear()
    await Promise.allSettled(entries.map((entry) => entry.opening))
    const results = await Promise.allSettled([
      ...[...this.#sessions].map((session) => session.close()),
      ...this.#endingByName.values(),
    ])
    this.#sessions.clear()
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  #create(name: string): Entry {
    const opening = this.#open(name)
    const entry: Entry = { name, opening, session: undefined, userCount: 0, newsWhileOpening: [] }
    this.#entryByName.set(name, entry)
    opening.then(
      (session) => this.#begin(entry, session),
      () => this.#forget(entry),
    )
    return entry
  }

  async #open(name: string): Promise<DocumentSession> {
    documentPath(name)
    await this.#endingByName.get(name)
    const doc = new Doc()
    try {
      const createKeeper = await this.#options.persistence.load(name, doc)
      return new DocumentSession({ name, doc, createKeeper, host: this.#options.host })
    } catch (error) {
      doc.destroy()
      throw error
    }
  }

  #begin(entry: Entry, session: DocumentSession): void {
    entry.session = session
    this.#sessions.add(session)
    session.subscribe(() => this.#changed(entry, session))
    for (const news of entry.newsWhileOpening) session.receive(news)
    const offlineMessage = this.#options.offlineMessage()
    if (offlineMessage === undefined) session.goOnline()
    else session.goOffline(offlineMessage)
    this.#options.onChanged()
  }

  #changed(entry: Entry, session: DocumentSession): void {
    if (session.isGone && this.#entryByName.get(entry.name) === entry) {
      this.#forget(entry)
      this.#noteEnding(entry.name, session.whenMovedAway())
    }
    this.#options.onChanged()
  }

  async #end(entry: Entry, session: DocumentSession): Promise<void> {
    this.#forget(entry)
    this.#sessions.delete(session)
    const { hasUnstored } = session.state
    const closing = session.close()
    if (hasUnstored && !session.isGone) this.#options.onClosingDirty(entry.name, closing)
    this.#noteEnding(entry.name, closing)
    this.#options.onChanged()
    await closing
  }

  #forget(entry: Entry): void {
    if (this.#entryByName.get(entry.name) === entry) this.#entryByName.delete(entry.name)
  }

  /** Whether the ending went well is its owner's to know; the next one to open the name only has to wait. */
  #noteEnding(name: string, ending: Promise<void>): void {
    const before = this.#endingByName.get(name)
    const all = Promise.allSettled([before, ending]).then(() => {
      if (this.#endingByName.get(name) === all) this.#endingByName.delete(name)
    })
    this.#endingByName.set(name, all)
  }
}
