import { RecordDisk, type CommitFate } from '@rejoin/client/simulation'
import type { DeviceBook, DeviceSnapshot } from './device-book.ts'
import { Violation } from './violation.ts'

/** One database of a browser profile, which outlives its pages, and the book that is kept of it. */
export class SimDeviceDisk {
  readonly disk: RecordDisk
  readonly book: DeviceBook
  /** What the transaction under way would leave: there is only one at a time. */
  draft: { readonly snapshot: DeviceSnapshot; readonly fence: number | undefined } | undefined
  isFull = false

  constructor(book: DeviceBook, disk = new RecordDisk()) {
    this.book = book
    this.disk = disk
  }

  /** The transaction under way comes to its end. */
  end(fate: CommitFate, at: number): void {
    const { draft } = this
    this.draft = undefined
    if (draft === undefined || (fate !== 'commit' && fate !== 'commitUnheard')) return
    if (draft.fence !== undefined && draft.fence !== draft.snapshot.fence)
      throw new Violation('P2', `a drainer that was replaced wrote to ${this.book.owner.name}`)
    this.book.committed(draft.snapshot, at)
  }
}
