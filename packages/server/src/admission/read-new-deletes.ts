import { type ClientDeletes, readDeletingClients, readRanges } from './delete-set.ts'
import { failTooLarge, type UpdateLimits, type UpdateScan } from './scan-update.ts'

export interface NewDeletes {
  readonly entries: readonly ClientDeletes[]
  /** Some ranges were left out, because they are empty or known: the bytes of the delete set must not go on as they are. */
  readonly hasOmitted: boolean
}

/**
 * Reads the delete set behind the structs of a scan, up to the end of the update, keeping what is not known yet: every step 2
 * repeats the deletes of a whole life. Look at the reader's problem first.
 */
export function readNewDeletes(scan: UpdateScan, limits: UpdateLimits): NewDeletes {
  const { reader, known } = scan
  const entries: ClientDeletes[] = []
  let hasOmitted = false
  let clientsLeft = known.clocks.size + limits.updateStructsMax
  let rangesLeft = limits.updateStructsMax
  readDeletingClients(reader, (client, rangeCount) => {
    const ranges = readRanges(reader, rangeCount, { known: known.deletes.get(client), rangesMax: rangesLeft })
    clientsLeft -= 1
    rangesLeft -= ranges.length / 2
    if (clientsLeft < 0 || rangesLeft < 0)
      failTooLarge(scan, `the update deletes more than ${limits.updateStructsMax} new ranges`)
    if (rangeCount === 0 || ranges.length < rangeCount * 2) hasOmitted = true
    if (ranges.length > 0) entries.push({ client, ranges })
  })
  if (reader.problem === undefined && reader.position < reader.end) reader.problem = 'the update goes on after its end'
  return { entries, hasOmitted }
}
