import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'
import { drainMessageSchema, type DrainMessage } from './drain-message.ts'

/** What the tabs on one records database say to each other; words of another version of this code are not heard. */
export class DrainChannel {
  #channel: BroadcastChannelLike | undefined

  constructor(channel: BroadcastChannelLike | undefined, onMessage: (message: DrainMessage) => void) {
    this.#channel = channel
    channel?.addEventListener('message', ({ data }) => {
      const parsed = drainMessageSchema.safeParse(data)
      if (parsed.success && this.#channel !== undefined) onMessage(parsed.data)
    })
  }

  tell(message: DrainMessage): void {
    this.#channel?.postMessage(message)
  }

  close(): void {
    this.#channel?.close()
    this.#channel = undefined
  }
}
