import type { OperationEntry } from './outbox-entry.ts'

export interface BatchLimits {
  readonly operationsMax: number
  readonly requestBytesMax: number
  /** Only makes the request smaller: a group larger than this travels alone, and is not too large for it. */
  readonly atMost?: number | undefined
}

export interface BatchChoice {
  readonly entries: readonly OperationEntry[]
  /** Entries (or a group of them) that fit into no request at all. */
  readonly tooLarge: readonly OperationEntry[]
}

/** What a request holds beside its operations: checkpoint, device, times. */
const envelopeBytes = 2 * 1024

/**
 * The next request: first what was sent before, as it was, then what is free in the order given (by score, then age). A group travels
 * whole; of a record there is one operation, except inside a group. The first that does not fit ends the batch, so that nothing is
 * overtaken for being long.
 */
export function selectBatch(
  { sent, free }: { readonly sent: readonly OperationEntry[]; readonly free: readonly OperationEntry[] },
  limits: BatchLimits,
  sizeOf: (entry: OperationEntry) => number = jsonBytes,
): BatchChoice {
  const entries: OperationEntry[] = []
  const tooLarge: OperationEntry[] = []
  const records = new Set<string>()
  const countMax = Math.min(limits.operationsMax, limits.atMost ?? limits.operationsMax)
  let bytesLeft = limits.requestBytesMax - envelopeBytes
  for (const unit of [...unitsOf(sent), ...unitsOf(free)]) {
    const bytes = unit.reduce((sum, entry) => sum + sizeOf(entry) + 1, 0)
    if (unit.length > limits.operationsMax || bytes > limits.requestBytesMax - envelopeBytes) {
      tooLarge.push(...unit)
      continue
    }
    if (unit.some(({ lanes: [own = ''] }) => records.has(own))) continue
    if (entries.length > 0 && entries.length + unit.length > countMax) break
    if (bytes > bytesLeft) break
    entries.push(...unit)
    for (const { lanes } of unit) records.add(lanes[0] ?? '')
    bytesLeft -= bytes
  }
  return { entries, tooLarge }
}

/** Single entries, and groups with all their members in the order in which they were made; each where its first one stands. */
function unitsOf(entries: readonly OperationEntry[]): readonly (readonly OperationEntry[])[] {
  const unitByGroup = new Map<string, OperationEntry[]>()
  const units: OperationEntry[][] = []
  for (const entry of entries) {
    const { groupId } = entry.operation
    const unit = groupId === undefined ? undefined : unitByGroup.get(groupId)
    if (unit !== undefined) {
      unit.push(entry)
      continue
    }
    const opened = [entry]
    units.push(opened)
    if (groupId !== undefined) unitByGroup.set(groupId, opened)
  }
  for (const unit of unitByGroup.values()) unit.sort((left, right) => left.entryId - right.entryId)
  return units
}

const encoder = new TextEncoder()
/** JSON escapes what comes before the space. */
const isAscii = /^[ -~]*$/

function jsonBytes({ operation }: OperationEntry): number {
  const text = JSON.stringify(operation)
  return isAscii.test(text) ? text.length : encoder.encode(text).byteLength
}
