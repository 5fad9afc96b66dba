import { noteRow } from './read-outbox-row.ts'
import type { OutboxRow } from './record-rows.ts'
import type { SentMark } from './sent-marks.ts'

interface SentRow {
  readonly mark: SentMark
  readonly row: OutboxRow
}

/** More are not kept: they are read again. */
const rowsMax = 4_000

/**
 * Rows that one database has marked as sent, as they are since: the answer to a request comes soon after, and reading five hundred rows once more
 * takes as long as a third of writing them. Whoever writes or deletes a row takes its mark away, from whatever tab; so a row is still what
 * it was as long as it has the very mark that it was given then, of which the time is a part.
 */
export class SentRows {
  readonly #rowById = new Map<number, SentRow>()

  keep(row: OutboxRow, mark: SentMark): void {
    if (this.#rowById.size >= rowsMax) this.#rowById.clear()
    this.#rowById.set(row.entryId, { mark, row: noteRow(row) })
  }

  /** `undefined` where it has to be read. */
  find(entryId: number, mark: SentMark | undefined): OutboxRow | undefined {
    const kept = this.#rowById.get(entryId)
    return kept !== undefined && mark !== undefined && isSameMark(kept.mark, mark) ? kept.row : undefined
  }

  forget(ids: readonly number[]): void {
    for (const id of ids) this.#rowById.delete(id)
  }
}

function isSameMark(left: SentMark, right: SentMark): boolean {
  return left.firstSentAt === right.firstSentAt && left.tenantId === right.tenantId && left.order === right.order
}
