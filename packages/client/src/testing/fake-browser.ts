import type { OnlineSignal, OnlineSignals } from '../connection/online-signals.ts'
import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'
import type { LocksLike } from '../tabs/locks-like.ts'

/** What tabs of one browser share besides the disk: channels and locks. */
export class FakeBrowser {
  readonly #listenerByTab = new Map<object, (event: { readonly data: unknown }) => void>()
  readonly #frozenTabs = new Set<object>()
  readonly #lastHolderByLock = new Map<string, Promise<void>>()

  /** Lock names in the order in which they were given. */
  readonly lockLog: string[] = []

  openChannel(): BroadcastChannelLike {
    let isClosed = false
    const tab: BroadcastChannelLike = {
      addEventListener: (_type, listener) => this.#listenerByTab.set(tab, listener),
      postMessage: (message) => {
        if (isClosed) throw new DOMException('Channel is closed', 'InvalidStateError')
        const copy = structuredClone(message)
        for (const [other, listener] of this.#listenerByTab) {
          if (other !== tab && !this.#frozenTabs.has(other)) queueMicrotask(() => listener({ data: copy }))
        }
      },
      close: () => {
        isClosed = true
        this.#listenerByTab.delete(tab)
      },
    }
    return tab
  }

  /** A frozen tab misses what is said. */
  setFrozen(tab: BroadcastChannelLike, isFrozen: boolean): void {
    if (isFrozen) this.#frozenTabs.add(tab)
    else this.#frozenTabs.delete(tab)
  }

  readonly locks: LocksLike = {
    request: (name, { signal }, work) => {
      const before = this.#lastHolderByLock.get(name) ?? Promise.resolve()
      const run = async (): Promise<void> => {
        signal.throwIfAborted()
        this.lockLog.push(name)
        await work()
      }
      const held = before.then(run, run)
      this.#lastHolderByLock.set(name, held)
      return held
    },
  }
}

/** A network that a test switches. */
export class FakeSignals implements OnlineSignals {
  #isOnline = true
  readonly #listeners = new Set<(signal: OnlineSignal) => void>()

  isOnline(): boolean {
    return this.#isOnline
  }

  subscribe(listener: (signal: OnlineSignal) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The browser's word does not reach the page, which is frozen. */
  becomeUnheard(signal: 'online' | 'offline'): void {
    this.#isOnline = signal === 'online'
  }

  send(signal: OnlineSignal): void {
    if (signal === 'online' || signal === 'offline') this.becomeUnheard(signal)
    for (const listener of this.#listeners) listener(signal)
  }
}
