import type { LoggedOperation, LoggedPush } from './push-log.ts'

const rank = { HIGH: 2, NORMAL: 1, LOW: 0 } as const

/**
 * Throws where an operation left before a more urgent one that waited for nothing any more. An operation is as urgent as what waits for it,
 * and waits for the earlier ones of its record and for the creates of the records that it refers to. All of them were made before the first push.
 */
export function checkSendOrder(pushes: readonly LoggedPush[]): void {
  const firstPush = new Map<string, number>()
  for (const [index, { operations }] of pushes.entries())
    for (const { operationId } of operations) if (!firstPush.has(operationId)) firstPush.set(operationId, index)
  const inOrder = [
    ...new Map(pushes.flatMap(({ operations }) => operations).map((operation) => [operation.operationId, operation])).values(),
  ]
  const waitsFor = dependencies(inOrder)
  const urgency = lifted(inOrder, waitsFor)
  /** The first push that was chosen when all that it waited for had its answer: one batch is chosen while another is out. */
  const freeSince = (operation: LoggedOperation): number =>
    Math.max(0, ...(waitsFor.get(operation) ?? []).map((earlier) => answeredBefore(pushes, earlier) + 1))
  for (const [at, early] of inOrder.entries())
    for (const late of inOrder.slice(at + 1)) {
      const [earlyPush = 0, latePush = 0] = [firstPush.get(early.operationId), firstPush.get(late.operationId)]
      if ((urgency.get(late) ?? 0) <= (urgency.get(early) ?? 0) || latePush === earlyPush) continue
      if (freeSince(late) <= earlyPush)
        throw new Error(
          `${late.priority} ${late.record} left in push ${latePush}, ${early.priority} ${early.record} in ${earlyPush}`,
        )
    }
}

function dependencies(operations: readonly LoggedOperation[]): ReadonlyMap<LoggedOperation, readonly LoggedOperation[]> {
  const byRecord = Map.groupBy(operations, ({ record }) => record)
  return new Map(
    operations.map((operation) => {
      const { record, refersTo, deviceSeq } = operation
      const creates = refersTo.flatMap((other) => byRecord.get(other) ?? []).filter(({ isCreate }) => isCreate)
      const lane = [...(byRecord.get(record) ?? []), ...creates]
      return [operation, lane.filter((other) => other.deviceSeq < deviceSeq)]
    }),
  )
}

/** From the latest to the earliest, so that it goes on from one to the next. */
function lifted(
  operations: readonly LoggedOperation[],
  waitsFor: ReadonlyMap<LoggedOperation, readonly LoggedOperation[]>,
): ReadonlyMap<LoggedOperation, number> {
  const urgency = new Map(operations.map((operation) => [operation, rank[operation.priority]] as const)) as Map<
    LoggedOperation,
    number
  >
  for (const operation of operations.toSorted((left, right) => right.deviceSeq - left.deviceSeq))
    for (const earlier of waitsFor.get(operation) ?? [])
      urgency.set(earlier, Math.max(urgency.get(earlier) ?? 0, urgency.get(operation) ?? 0))
  return urgency
}

/** The first push that began after the operation had its answer. */
function answeredBefore(pushes: readonly LoggedPush[], { operationId }: LoggedOperation): number {
  const answers = pushes.flatMap(({ operations, answeredAt }) =>
    answeredAt !== undefined && operations.some((operation) => operation.operationId === operationId) ? [answeredAt] : [],
  )
  const answeredAt = Math.min(Infinity, ...answers)
  const next = pushes.findIndex(({ startedAt }) => startedAt >= answeredAt)
  return next === -1 ? Infinity : next
}
