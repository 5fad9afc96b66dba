import {
  backgroundSyncSettingsSchema,
  defaultBackgroundSyncSettings,
  readStoredSettings,
  type BackgroundSyncSettings,
} from '@rejoin/core'
import { z } from 'zod'
import type { OnlineSignals } from '../connection/online-signals.ts'
import { callListener } from '../record-database/call-listener.ts'
import type { RecordDatabase, RecordTables } from '../record-database/record-database.ts'
import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'
import type { SyncSettings } from './sync-settings.ts'

export interface SettingsKeeperParts {
  readonly database: RecordDatabase
  /** To the other tabs on this database; closed with this, once what is under way was told. `undefined` where there are none. */
  readonly channel: BroadcastChannelLike | undefined
  readonly signals: OnlineSignals
}

type Changes = ReturnType<typeof readStoredSettings>

const metaKey = 'backgroundSync'
const metaRowSchema = z.object({ value: z.unknown() })
const newsSchema = z.object({ type: z.literal('backgroundSyncChanged') })
const changesSchema = backgroundSyncSettingsSchema.partial()

/** The settings of one records database: only what was set is kept, so that a default that changes is the default. */
export class SettingsKeeper implements SyncSettings {
  readonly #parts: SettingsKeeperParts
  readonly #listeners = new Set<() => void>()
  readonly #stopListening: () => void
  #channel: BroadcastChannelLike | undefined
  #set: Changes = {}
  #settings: BackgroundSyncSettings = defaultBackgroundSyncSettings
  #readCount = 0
  /** Changes that are on their way into the database. */
  #writeCount = 0
  #isClosed = false
  /** Settled when the settings were read, or could not be. */
  readonly ready: Promise<void>

  constructor(parts: SettingsKeeperParts) {
    this.#parts = parts
    this.#channel = parts.channel
    parts.channel?.addEventListener('message', ({ data }) => {
      if (newsSchema.safeParse(data).success) void this.#read()
    })
    // Who was frozen may have missed the news; and what could not be read may be readable now.
    this.#stopListening = parts.signals.subscribe((signal) => {
      if (signal === 'restored' || signal === 'woke') void this.#read()
    })
    this.ready = this.#read()
  }

  get(): BackgroundSyncSettings {
    return this.#settings
  }

  /** `undefined` until a person, or another of their devices, said how often. */
  get maxRetryAttempts(): number | undefined {
    return this.#set.maxRetryAttempts
  }

  async update(changes: Partial<BackgroundSyncSettings>): Promise<BackgroundSyncSettings> {
    const checked = changesSchema.safeParse(changes)
    if (!checked.success) throw new TypeError(`settings: ${z.prettifyError(checked.error)}`)
    this.#writeCount++
    try {
      const set = await this.#parts.database.transaction('write', async (tables) => {
        // What is there and `undefined` names nothing.
        const next = { ...(await readSet(tables)), ...readStoredSettings(checked.data) }
        await tables.meta.put({ key: metaKey, value: next })
        return next
      })
      this.#readCount++
      this.#take(set)
      this.#channel?.postMessage({ type: 'backgroundSyncChanged' })
      return this.#settings
    } finally {
      this.#writeCount--
      if (this.#isClosed) this.#closeChannel()
    }
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#readCount = Infinity
    this.#stopListening()
    this.#listeners.clear()
    this.#isClosed = true
    this.#closeChannel()
  }

  /** The other tabs hear of what was changed just before. */
  #closeChannel(): void {
    if (this.#writeCount > 0) return
    this.#channel?.close()
    this.#channel = undefined
  }

  async #read(): Promise<void> {
    const ordinal = ++this.#readCount
    try {
      const set = await this.#parts.database.transaction('read', readSet)
      if (ordinal === this.#readCount) this.#take(set)
    } catch {
      // The database has told of its trouble. What was known, or the defaults, holds until it can be read.
      return
    }
  }

  #take(set: Changes): void {
    this.#set = set
    const settings = backgroundSyncSettingsSchema.parse({ ...defaultBackgroundSyncSettings, ...set })
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return
    this.#settings = settings
    for (const listener of this.#listeners) callListener(listener)
  }
}

async function readSet(tables: RecordTables): Promise<Changes> {
  return readStoredSettings(metaRowSchema.safeParse(await tables.meta.get(metaKey)).data?.value)
}
