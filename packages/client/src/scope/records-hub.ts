import { defaultBackgroundSyncSettings } from '@rejoin/core'
import type { ClientAuth } from '../client-auth.ts'
import type { Priorities } from '../outbox/priorities.ts'
import { defaultThresholds } from '../outbox/priority.ts'
import { callListener } from '../record-database/call-listener.ts'
import type { StoreTrouble } from '../store/document-store.ts'
import { WorkQueue } from '../store/work-queue.ts'
import { openRecordSession, type RecordSession, type SessionHost } from './record-session.ts'

/** What follows whatever session is open. */
interface Follower {
  readonly attach: (session: RecordSession) => () => void
  readonly onError: ((error: Error) => void) | undefined
  detach: (() => void) | undefined
}

/** The records of whoever uses this page: opened when first needed, and changed for others when a person signs in. */
export class RecordsHub {
  readonly #host: SessionHost
  readonly #priorities: Priorities
  readonly #followers = new Set<Follower>()
  readonly #listeners = new Set<() => void>()
  readonly #signIns = new WorkQueue()
  #auth: ClientAuth | undefined
  #opening: Promise<RecordSession> | undefined
  #opened: RecordSession | undefined
  #failure: Error | undefined
  #isOnline = true
  #isClosed = false

  constructor(host: SessionHost, auth: ClientAuth | undefined) {
    this.#host = host
    const { priorityRules = [], priorityThresholds = defaultThresholds } = host.settings
    this.#priorities = { rules: priorityRules, thresholds: priorityThresholds }
    this.#auth = auth
    // Its failure is told by every call that needs the database.
    void Promise.allSettled([this.session()])
  }

  /** Whether this device syncs before somebody decided. */
  get isEnabledAtFirst(): boolean {
    return this.#host.isEnabledAtFirst
  }

  /** Whether anything may leave this device now. */
  get isEnabled(): boolean {
    return this.#opened?.sync.isEnabled ?? this.isEnabledAtFirst
  }

  /** The app's own: they hold where nobody decided otherwise. */
  get priorities(): Priorities {
    return this.#priorities
  }

  /** Of all that this device does by itself. The engine of the records has one request out at a time. */
  get maximumConcurrentOperations(): number {
    return (this.#opened?.background.get() ?? defaultBackgroundSyncSettings).maximumConcurrentOperations
  }

  /** `undefined` before the database is open. */
  get opened(): RecordSession | undefined {
    return this.#opened
  }

  /** Why the database could not be opened when that was last tried. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** Rejects with a `StoreError` where the database cannot be opened; the next call tries again. */
  session(): Promise<RecordSession> {
    if (this.#isClosed) return Promise.reject(new Error('the client was closed'))
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined
      const failure = error instanceof Error ? error : new Error(String(error))
      this.#failure = failure
      for (const { onError } of this.#followers) callListener(() => onError?.(failure))
      this.#tell()
      throw error
    })
    return this.#opening
  }

  /** Attaches to the session that is open and to every later one. The returned function ends it. */
  follow(attach: Follower['attach'], onError?: (error: Error) => void): () => void {
    const follower: Follower = { attach, onError, detach: undefined }
    this.#followers.add(follower)
    if (this.#opened !== undefined) follower.detach = attach(this.#opened)
    return () => {
      this.#followers.delete(follower)
      follower.detach?.()
    }
  }

  /** Calls after another session was opened, or could not be. */
  onSession(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  onTrouble(listener: (trouble: StoreTrouble) => void): () => void {
    return this.follow(({ database }) => database.onTrouble(listener))
  }

  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline
    this.#opened?.sync.setOnline(isOnline)
    this.#opened?.devices.setOnline(isOnline)
  }

  /**
   * A person signed in: what this device made without a sign-in becomes theirs, once. Rejects where this page is another person's, and where
   * a database fails; then a later start as this person goes on with it.
   */
  signIn(auth: ClientAuth): Promise<RecordSession> {
    // One after the other: of two at once each would open the database, and only one of them could ever be closed.
    return this.#signIns.run(() => this.#takeOver(auth))
  }

  async close(): Promise<void> {
    const opening = this.#opening
    this.#isClosed = true
    for (const follower of this.#followers) follower.detach?.()
    this.#followers.clear()
    this.#listeners.clear()
    const [opened] = await Promise.allSettled([opening])
    if (opened.status === 'fulfilled') await opened.value?.close()
    this.#host.registry.close()
  }

  async #takeOver(auth: ClientAuth): Promise<RecordSession> {
    const session = await this.session()
    if (session.owner !== undefined) {
      if (session.owner.tenant === auth.tenant && session.owner.user === auth.user) return session
      throw new Error('This client belongs to another person. Close it and make another one.')
    }
    // Whatever drains this database as nobody's, in whatever tab, loses it before it is anybody's.
    await session.local.syncStore.takeFence()
    await this.#host.registry.adopt(session.databaseName, { tenant: auth.tenant, user: auth.user })
    session.sync.announceOwner()
    this.#auth = auth
    this.#opened = undefined
    this.#opening = undefined
    for (const follower of this.#followers) follower.detach?.()
    await session.close()
    return this.session()
  }

  async #open(): Promise<RecordSession> {
    const session = await openRecordSession(this.#host, this.#auth)
    session.sync.setOnline(this.#isOnline)
    session.devices.setOnline(this.#isOnline)
    this.#opened = session
    this.#failure = undefined
    for (const follower of this.#followers) follower.detach = follower.attach(session)
    this.#tell()
    return session
  }

  #tell(): void {
    for (const listener of this.#listeners) callListener(listener)
  }
}
