import type { DeviceCommand } from '@rejoin/core'
import type { DevicePlace } from './device-store.ts'

type Tell = (commands: readonly DeviceCommand[]) => void

interface LivePlace extends DevicePlace {
  readonly tenant: string
}

/** Devices that are connected to this process, and the way to them: one for each of their sockets. */
export class LiveDevices {
  readonly #tellsByPlace = new Map<string, Set<Tell>>()

  /** The returned function ends it. */
  add(place: LivePlace, tell: Tell): () => void {
    const key = keyOf(place)
    const tells = this.#tellsByPlace.get(key) ?? new Set()
    this.#tellsByPlace.set(key, tells.add(tell))
    return () => {
      tells.delete(tell)
      if (tells.size === 0) this.#tellsByPlace.delete(key)
    }
  }

  has(place: LivePlace): boolean {
    return this.#tellsByPlace.has(keyOf(place))
  }

  tell(place: LivePlace, commands: readonly DeviceCommand[]): void {
    for (const tell of this.#tellsByPlace.get(keyOf(place)) ?? []) tell(commands)
  }
}

/** JSON, so that no place can be mistaken for another. */
function keyOf({ tenant, user, deviceId }: LivePlace): string {
  return JSON.stringify([tenant, user, deviceId])
}
