import { z } from 'zod'
import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'
import { drainMessageSchema, type DrainMessage } from './drain-message.ts'

const signOfLifeSchema = z.object({ type: z.literal('reigning') })

export interface DrainChannelListener {
  onMessage(message: DrainMessage): void
  /** The tab that drains says something that this version does not understand. */
  onForeignReign(): void
}

/** What the tabs on one records database say to each other. Of another version of this code only is heard that it is there. */
export class DrainChannel {
  #channel: BroadcastChannelLike | undefined

  constructor(channel: BroadcastChannelLike | undefined, listener: DrainChannelListener) {
    this.#channel = channel
    channel?.addEventListener('message', ({ data }) => {
      if (this.#channel === undefined) return
      const parsed = drainMessageSchema.safeParse(data)
      if (parsed.success) listener.onMessage(parsed.data)
      else if (signOfLifeSchema.safeParse(data).success) listener.onForeignReign()
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
