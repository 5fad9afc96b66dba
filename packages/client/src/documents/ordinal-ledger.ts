/** Ordinals `from` to `through`, both included. */
export interface OrdinalRange {
  readonly from: number
  readonly through: number
}

/**
 * What is known of the changes made on this device to one document. Every change has an ordinal, dense from 1, given the moment it is
 * made. Watermarks rather than a list, because a person may make a hundred thousand changes offline.
 */
export interface OrdinalLedger {
  /** Whether the device can give receipts at all (strict IndexedDB). */
  readonly canTell: boolean
  readonly madeThrough: number
  /** Every ordinal up to here needs no server any more: stored there, or refused by it. */
  readonly settledThrough: number
  /** Settled out of turn, ascending, apart from each other and from `settledThrough`. */
  readonly settledBeyond: readonly OrdinalRange[]
  /** Changes whose transaction on the device is not complete. */
  readonly unkeptCount: number
  /** Why the device cannot keep changes, while it cannot. */
  readonly deviceTrouble: string | undefined
}

export function emptyLedger(canTell: boolean): OrdinalLedger {
  return { canTell, madeThrough: 0, settledThrough: 0, settledBeyond: [], unkeptCount: 0, deviceTrouble: undefined }
}

export function hasPending(ledger: OrdinalLedger): boolean {
  return ledger.settledThrough < ledger.madeThrough
}

/** Whether everything made so far is durably on this device. */
export function isOnDevice(ledger: OrdinalLedger): boolean {
  return ledger.canTell && ledger.unkeptCount === 0
}

/** Settles a range; `newly` are the parts that were still pending. */
export function settleRange(
  ledger: OrdinalLedger,
  range: OrdinalRange,
): { ledger: OrdinalLedger; newly: readonly OrdinalRange[] } {
  const from = Math.max(range.from, ledger.settledThrough + 1)
  const through = Math.min(range.through, ledger.madeThrough)
  if (from > through) return { ledger, newly: [] }
  const newly = gapsWithin({ from, through }, ledger.settledBeyond)
  if (newly.length === 0) return { ledger, newly }
  const [first, ...others] = joinRanges([...ledger.settledBeyond, ...newly])
  const isNext = first !== undefined && first.from === ledger.settledThrough + 1
  return {
    ledger: {
      ...ledger,
      settledThrough: isNext ? first.through : ledger.settledThrough,
      settledBeyond: isNext || first === undefined ? others : [first, ...others],
    },
    newly,
  }
}

/** The parts of `range` that the ascending `taken` ranges leave free. */
function gapsWithin(range: OrdinalRange, taken: readonly OrdinalRange[]): readonly OrdinalRange[] {
  const gaps: OrdinalRange[] = []
  let from = range.from
  for (const { from: takenFrom, through } of taken) {
    if (takenFrom > range.through) break
    if (takenFrom > from) gaps.push({ from, through: takenFrom - 1 })
    from = Math.max(from, through + 1)
  }
  if (from <= range.through) gaps.push({ from, through: range.through })
  return gaps
}

/** Ascending, with ranges that touch made one. */
function joinRanges(ranges: readonly OrdinalRange[]): readonly OrdinalRange[] {
  const joined: OrdinalRange[] = []
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last !== undefined && range.from <= last.through + 1) {
      joined[joined.length - 1] = { from: last.from, through: Math.max(last.through, range.through) }
    } else {
      joined.push(range)
    }
  }
  return joined
}
