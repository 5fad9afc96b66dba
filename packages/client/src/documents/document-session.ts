import type { Clock, PrivateMessage, Random, Scheduler } from '@rejoin/core'
import { Awareness } from 'y-protocols/awareness'
import { applyUpdate, encodeStateAsUpdate, type Doc } from 'yjs'
import { DocumentConnection, type ConnectionWatcher, type SentFrame } from '../connection/document-connection.ts'
import type { OpenWebSocket } from '../connection/web-socket-like.ts'
import type { DocumentNews } from '../tabs/document-channel.ts'
import type { CreateKeeper, DocumentKeeper, KeeperWatcher } from './document-keeper.ts'
import { createLink } from './document-link.ts'
import { LinkRunner, type DocumentEffect } from './link-runner.ts'
import { documentStateOf, sameStateOr } from './link-status.ts'
import type { DocumentReceipt, DocumentState } from './open-document.ts'
import { ReceiptWaiters } from './receipt-waiters.ts'

/** What the open documents of one client share. */
export interface SessionHost {
  /** Of the server's documents, without a name. */
  readonly url: string
  /** Absent under auth none. */
  readonly getToken: (() => Promise<string>) | undefined
  readonly openWebSocket: OpenWebSocket
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
}

export interface SessionOptions {
  readonly name: string
  /** Loaded from this device; the session owns it from now on. */
  readonly doc: Doc
  readonly createKeeper: CreateKeeper
  readonly host: SessionHost
}

/** The app may care for one of two promises only; the other must not count as an unhandled rejection. */
const leaveToTheApp = (): void => undefined

/** Marks transactions that bring what another tab wrote. */
const tabOrigin = Symbol('another tab')

/** One document open in this tab: carries out what its link decides. */
export class DocumentSession {
  readonly name: string
  readonly doc: Doc
  readonly awareness: Awareness
  readonly #keeper: DocumentKeeper
  readonly #runner: LinkRunner
  readonly #connection: DocumentConnection
  readonly #waiters = new ReceiptWaiters()
  readonly #listeners = new Set<() => void>()
  readonly #payloadByFrame = new Map<number, Uint8Array>()
  #droppedFrames = 0
  #state: DocumentState
  #isUpdateUnneeded = false

  constructor({ name, doc, createKeeper, host }: SessionOptions) {
    this.name = name
    this.doc = doc
    this.awareness = new Awareness(doc)
    this.#keeper = createKeeper(this.#keeperWatcher())
    const { canTell, loaded } = this.#keeper
    const link = createLink({ generation: loaded.generation, canTell })
    this.#state = documentStateOf(link)
    this.#runner = new LinkRunner({
      ...host,
      link,
      isSending: () => this.#connection.isSending,
      perform: (effect) => this.#perform(effect),
      onSettled: () => this.#refresh(),
    })
    // Before the provider begins to listen: a change has its ordinal when the provider sends it.
    doc.on('update', this.#updated)
    this.#connection = new DocumentConnection({
      ...host,
      name,
      doc,
      awareness: this.awareness,
      watcher: this.#connectionWatcher(),
    })
    for (const ordinal of loaded.ordinals) this.#runner.dispatch({ type: 'changeMade', ordinal, isKept: true })
  }

  get state(): DocumentState {
    return this.#state
  }

  /** The copy was set aside: the name is free for another life of the document. */
  get isGone(): boolean {
    return this.#runner.link.connection.phase === 'gone'
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  receipt(): DocumentReceipt {
    const receipt = { device: this.#keeper.whenKept(), stored: this.#whenStored() }
    for (const promise of Object.values(receipt)) promise.catch(leaveToTheApp)
    return receipt
  }

  goOnline(): void {
    this.#runner.dispatch({ type: 'wentOnline' })
  }

  goOffline(message: string): void {
    this.#runner.dispatch({ type: 'wentOffline', message })
  }

  wake(): void {
    this.#runner.dispatch({ type: 'woke' })
  }

  receive(news: DocumentNews): void {
    this.#keeper.receive(news)
  }

  /** Resolves when a copy that was set aside is out of the way. */
  whenMovedAway(): Promise<void> {
    return this.#keeper.whenMovedAway()
  }

  catchUp(): Promise<void> {
    return this.#keeper.catchUp()
  }

  /** Rejects where a change could not be kept on this device; everything is released all the same. */
  async close(): Promise<void> {
    this.#listeners.clear()
    this.#runner.dispatch({ type: 'closed' })
    this.#waiters.rejectFrom(0, new Error(`${this.name} was closed before the server had everything`))
    this.doc.off('update', this.#updated)
    this.#connection.close()
    try {
      await this.#keeper.close()
    } finally {
      this.doc.destroy()
    }
  }

  readonly #updated = (update: Uint8Array, origin: unknown): void => {
    // Read by the socket when the provider, next in line, sends this very update.
    this.#isUpdateUnneeded = origin === tabOrigin
    if (origin !== tabOrigin) this.#keeper.add(update, origin !== this.#connection.origin)
  }

  #keeperWatcher(): KeeperWatcher {
    return {
      onChangeMade: (ordinal, isKept) => this.#runner.dispatch({ type: 'changeMade', ordinal, isKept }),
      onKept: (count) => this.#runner.dispatch({ type: 'changesKept', count }),
      onNotKept: (message) => this.#runner.dispatch({ type: 'changeNotKept', message }),
      onCleanElsewhere: (ordinals) => this.#runner.dispatch({ type: 'settledElsewhere', ordinals }),
      onSetAsideElsewhere: ({ code, message }) => this.#runner.dispatch({ type: 'setAsideElsewhere', code, message }),
      onTabUpdate: (update, isDirty) => {
        applyUpdate(this.doc, update, tabOrigin)
        // Not left to the provider: an update that waits for another one changes nothing yet, and would never be sent.
        if (isDirty) this.#send(update)
      },
      onDirtFound: () => this.#send(encodeStateAsUpdate(this.doc)),
    }
  }

  #send(update: Uint8Array): void {
    this.#isUpdateUnneeded = false
    this.#connection.sendUpdate(update)
  }

  #connectionWatcher(): ConnectionWatcher {
    return {
      isUpdateUnneeded: () => this.#isUpdateUnneeded,
      onStep2Applied: () => this.#runner.dispatch({ type: 'step2Applied' }),
      onPrivateMessage: (message) => this.#receivePrivate(message),
      onFrameSent: (frame: SentFrame) => {
        this.#payloadByFrame.set(frame.number, frame.payload)
        this.#runner.dispatch({ type: 'frameSent', kind: frame.kind })
      },
      onClosed: (closeCode, lastedMs) =>
        this.#runner.dispatch({ type: 'socketClosed', closeCode, lastedMs, random: this.#runner.draw() }),
    }
  }

  #receivePrivate(message: PrivateMessage): void {
    switch (message.type) {
      case 'hello':
        this.#runner.dispatch({ type: 'helloReceived', generation: message.hello.generation, access: message.hello.access })
        return
      case 'receipt':
        this.#runner.dispatch({ type: 'receiptReceived', settledCount: message.receipt.settledCount })
        this.#dropPayloads()
        return
      case 'refused': {
        const { frameNumber, code, reason } = message.refused
        this.#runner.dispatch({ type: 'refusedReceived', frameNumber, code, message: reason })
        return
      }
      case 'reauthenticate':
        this.#runner.dispatch({ type: 'reauthenticateReceived' })
    }
  }

  /** Content is held only while the server may still refuse it. */
  #dropPayloads(): void {
    const { connection } = this.#runner.link
    if (connection.phase !== 'live') return
    for (; this.#droppedFrames < connection.frames.settledCount; this.#droppedFrames++)
      this.#payloadByFrame.delete(this.#droppedFrames + 1)
  }

  #perform(effect: DocumentEffect): void {
    switch (effect.type) {
      case 'connect':
        this.#connect()
        return
      case 'disconnect':
        this.#connection.disconnect()
        return
      case 'rememberGeneration':
        this.#keeper.rememberGeneration(effect.generation)
        return
      case 'changesStored':
        this.#keeper.markStored(effect.ranges)
        return
      case 'setFrameAside':
        this.#setFrameAside(effect)
        return
      case 'setCopyAside':
        this.#keeper.setCopyAside(effect)
    }
  }

  #connect(): void {
    this.#payloadByFrame.clear()
    this.#droppedFrames = 0
    try {
      this.#connection.connect(this.#runner.token, this.#runner.link.generation)
    } catch {
      // An address or a token that no socket can be made of: waited for like a server that is not there.
      this.#runner.dispatch({ type: 'socketClosed', closeCode: 0, lastedMs: 0, random: this.#runner.draw() })
    }
  }

  #setFrameAside({ frameNumber, ranges, code, message }: Extract<DocumentEffect, { readonly type: 'setFrameAside' }>): void {
    const [first] = ranges
    if (first !== undefined) this.#waiters.rejectFrom(first.from, new Error(message))
    const update = this.#payloadByFrame.get(frameNumber) ?? encodeStateAsUpdate(this.doc)
    this.#keeper.setFrameAside(update, ranges, { code, message })
  }

  #whenStored(): Promise<void> {
    const { refusal, ledger, connection } = this.#runner.link
    if (refusal !== undefined) return Promise.reject(new Error(refusal.message))
    if (connection.phase === 'gone') return Promise.reject(new Error(connection.reason.message))
    if (connection.phase === 'closed') return Promise.reject(new Error(`${this.name} is closed`))
    return ledger.settledThrough >= ledger.madeThrough ? Promise.resolve() : this.#waiters.add(ledger.madeThrough)
  }

  #refresh(): void {
    const { link } = this.#runner
    this.#waiters.resolveThrough(link.ledger.settledThrough)
    if (link.connection.phase === 'gone') this.#waiters.rejectFrom(0, new Error(link.connection.reason.message))
    const state = sameStateOr(this.#state, documentStateOf(link))
    if (state === this.#state) return
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}
