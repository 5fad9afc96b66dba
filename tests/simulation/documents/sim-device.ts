import type { BroadcastChannelLike } from '@rejoin/client/simulation'
import { SimDeviceDisk } from './sim-device-store.ts'
import { SimLocks } from '../world/sim-locks.ts'
import { SimTab, type SimDeviceOptions, type TabHost } from './sim-tab.ts'

/** A browser: one database, one clock, one network, several tabs. */
export class SimDevice implements TabHost {
  readonly name: string
  readonly options: SimDeviceOptions
  readonly disk = new SimDeviceDisk()
  readonly locks = new SimLocks()
  readonly clockSkewMs: number
  /** Changes that a page was told are on this device. */
  readonly keptTags = new Set<string>()
  readonly tabs: SimTab[] = []
  isOnline = true
  readonly #listenerByTab = new Map<SimTab, (event: { readonly data: unknown }) => void>()
  #tabCount = 0

  constructor(name: string, options: SimDeviceOptions) {
    this.name = name
    this.options = options
    this.clockSkewMs = options.config.clockSkewMs * (options.world.random(`clock ${name}`).next() - 0.5)
  }

  /** Starts the app in another tab; `opens`: with the document on the screen. */
  async openTab(opens = true): Promise<void> {
    const tab = new SimTab(this, `${this.name}.${this.#tabCount++}`)
    this.tabs.push(tab)
    if (opens) await tab.open()
  }

  killTab(tab: SimTab): void {
    this.tabs.splice(this.tabs.indexOf(tab), 1)
    tab.die()
  }

  kept(tag: string): void {
    this.keptTags.add(tag)
  }

  setOnline(isOnline: boolean): void {
    this.isOnline = isOnline
    for (const tab of this.tabs) tab.setOnline(isOnline)
  }

  /** A BroadcastChannel among the tabs of this device: in order, and not to oneself. */
  joinChannel(tab: SimTab): BroadcastChannelLike {
    const { world, config } = this.options
    const random = world.random(`channel ${tab.name}`)
    let dueMs = 0
    return {
      addEventListener: (_type, listener) => this.#listenerByTab.set(tab, listener),
      postMessage: (message) => {
        const copy = structuredClone(message)
        dueMs = Math.max(dueMs + 0.01, world.now() + random.next() * config.deviceCommitMsMax)
        world.after(dueMs - world.now(), () => {
          for (const [other, listen] of this.#listenerByTab) if (other !== tab && other.isAlive) listen({ data: copy })
        })
      },
      close: () => this.#listenerByTab.delete(tab),
    }
  }
}
