import { parseUpdateMeta } from 'yjs'
import type { SceneJob } from './scene-applier.ts'

interface Span {
  readonly start: number
  readonly end: number
  readonly at: number
}

/**
 * When the server stored a struct: the time on the row that brought it, or for what is folded into the snapshot the time when that was made,
 * which is no earlier. Rows are only looked at if somebody asks.
 */
export class CommitTimes {
  readonly #job: Pick<SceneJob, 'tail' | 'committedAt' | 'now'>
  #spansByClient: ReadonlyMap<number, readonly Span[]> | undefined

  constructor(job: Pick<SceneJob, 'tail' | 'committedAt' | 'now'>) {
    this.#job = job
  }

  /** ms since the epoch. */
  of({ client, clock }: { readonly client: number; readonly clock: number }): number {
    this.#spansByClient ??= this.#readSpans()
    const span = this.#spansByClient.get(client)?.find(({ end }) => clock < end)
    const { committedAt, now } = this.#job
    return span !== undefined && span.start <= clock ? span.at : (committedAt.snapshot ?? now)
  }

  #readSpans(): ReadonlyMap<number, readonly Span[]> {
    const { tail, committedAt, now } = this.#job
    const spansByClient = new Map<number, Span[]>()
    for (const [index, update] of tail.entries()) {
      const { from, to } = parseUpdateMeta(update)
      for (const [client, end] of to) {
        const spans = spansByClient.get(client) ?? []
        spans.push({ start: from.get(client) ?? 0, end, at: committedAt.tail[index] ?? now })
        spansByClient.set(client, spans)
      }
    }
    return spansByClient
  }
}
