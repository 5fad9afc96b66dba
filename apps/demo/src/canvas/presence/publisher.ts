import type { Awareness } from 'y-protocols/awareness'
import type { Presence } from './presence.ts'

/** Just the timers that the publisher needs; the browser's own at the root. */
export interface Timers {
  setTimeout(callback: () => void, ms: number): number
  clearTimeout(timer: number): void
}

/** Shortest time between two presence messages of this tab. */
export const publishEveryMs = 33

export interface Publisher {
  /** Merges into what others see of this tab: at once if the last message is long enough ago, else at the next turn. */
  publish(part: Partial<Presence>): void
  close(): void
}

export function createPublisher(awareness: Awareness, timers: Timers): Publisher {
  let presence: Partial<Presence> = {}
  let isWaiting = false
  let timer: number | undefined
  const send = () => {
    isWaiting = false
    awareness.setLocalState({ ...presence })
    timer = timers.setTimeout(() => {
      timer = undefined
      if (isWaiting) send()
    }, publishEveryMs)
  }
  return {
    publish(part) {
      presence = { ...presence, ...part }
      isWaiting = true
      if (timer === undefined) send()
    },
    close() {
      if (timer !== undefined) timers.clearTimeout(timer)
      timer = undefined
      isWaiting = false
    },
  }
}
