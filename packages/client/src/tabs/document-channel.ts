import type { BroadcastChannelLike } from './broadcast-channel-like.ts'
import { tabMessageSchema, type TabMessage, type TabNews } from './tab-message.ts'

export interface DocumentChannelListener {
  onNews(news: DocumentNews): void
  /** News were missed (a frozen page): what is open has to be read from the database again. */
  onMissed(): void
}

/** News about a document, always told after the database has it. */
export type DocumentNews = Extract<TabNews, { readonly name: string }>

export interface DocumentChannelOptions {
  /** `undefined` where no other tab shares the database. */
  readonly channel: BroadcastChannelLike | undefined
  /** Unique to this channel. */
  readonly sender: string
  readonly listener: DocumentChannelListener
}

/** What the tabs on one database tell each other. */
export class DocumentChannel {
  readonly #channel: BroadcastChannelLike | undefined
  readonly #sender: string
  readonly #listener: DocumentChannelListener
  readonly #countBySender = new Map<string, number>()
  #sentCount = 0
  #isClosed = false

  constructor({ channel, sender, listener }: DocumentChannelOptions) {
    this.#channel = channel
    this.#sender = sender
    this.#listener = listener
    channel?.addEventListener('message', (event) => this.#receive(event.data))
  }

  tell(news: DocumentNews): void {
    this.#sentCount++
    this.#post(news)
  }

  /** Finds out whether news were missed: every other tab answers with its count. */
  callRoll(): void {
    this.#post({ type: 'rollCall' })
  }

  close(): void {
    this.#isClosed = true
    this.#channel?.close()
  }

  #post(news: TabNews): void {
    const message: TabMessage = { sender: this.#sender, count: this.#sentCount, news }
    if (!this.#isClosed) this.#channel?.postMessage(message)
  }

  /** Messages of another version of this code are not understood; its news are in the database, and the server has them soon. */
  #receive(data: unknown): void {
    const parsed = tabMessageSchema.safeParse(data)
    if (!parsed.success) {
      this.#listener.onMissed()
      return
    }
    const { sender, count, news } = parsed.data
    const heardCount = this.#countBySender.get(sender)
    const isAboutDocument = 'name' in news
    this.#countBySender.set(sender, count)
    // Nothing was missed of a tab that is heard for the first time: the channel was open before any document was read.
    if (heardCount !== undefined && count !== heardCount + (isAboutDocument ? 1 : 0)) this.#listener.onMissed()
    if (isAboutDocument) this.#listener.onNews(news)
    if (news.type === 'rollCall') this.#post({ type: 'present' })
  }
}
