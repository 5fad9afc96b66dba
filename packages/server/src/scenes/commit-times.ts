import { parseUpdateMeta } from 'yjs'

interface Span {
  readonly start: number
  readonly end: number
  readonly at: number
}

/**
 * When the server stored a struct, ms since the epoch: the time on the row that brought it, or for what is folded into the snapshot the time when
 * that was made, which is no earlier. Rows are only looked into if somebody asks.
 */
export class CommitTimes {
  readonly #snapshotAt: number
  readonly #spansByClient = new Map<number, Span[]>()
  #unread: { readonly update: Uint8Array; readonly at: number }[] = []

  constructor(snapshotAt: number) {
    this.#snapshotAt = snapshotAt
  }

  /** A row of the log, after those before it. */
  note(update: Uint8Array, at: number): void {
    this.#unread.push({ update, at })
  }

  of({ client, clock }: { readonly client: number; readonly clock: number }): number {
    this.#read()
    const span = this.#spansByClient.get(client)?.find(({ end }) => clock < end)
    return span !== undefined && span.start <= clock ? span.at : this.#snapshotAt
  }

  #read(): void {
    for (const { update, at } of this.#unread) {
      const { from, to } = parseUpdateMeta(update)
      for (const [client, end] of to) {
        const spans = this.#spansByClient.get(client) ?? []
        spans.push({ start: from.get(client) ?? 0, end, at })
        this.#spansByClient.set(client, spans)
      }
    }
    this.#unread = []
  }
}
