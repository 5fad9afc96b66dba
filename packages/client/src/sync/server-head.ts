import type { ChangeHint } from '@rejoin/core'

/** Where a tenant's feed ends, as a hint said. */
export type ServerHead = Pick<ChangeHint, 'epoch' | 'head'>

/**
 * What is known of the server's head and of how much of it this device has applied. Checkpoints are opaque, so the two meet in this way: a
 * pull that left nothing over has applied at least the head that was heard of before it began.
 */
export interface HeadKnowledge {
  readonly heard: ServerHead | undefined
  readonly applied: ServerHead | undefined
  /** Steady time at which this device was last known to have everything; `undefined`: there is more. */
  readonly confirmedAt: number | undefined
  /** Steady time of the last request that left nothing over. Hints tell of changes, not of rights that were given or taken. */
  readonly pulledAt: number | undefined
}

export const nothingKnown: HeadKnowledge = {
  heard: undefined,
  applied: undefined,
  confirmedAt: undefined,
  pulledAt: undefined,
}

export function hearHint(head: HeadKnowledge, hint: ServerHead, now: number): HeadKnowledge {
  const heard: ServerHead = { epoch: hint.epoch, head: hint.head }
  const { applied } = head
  // Equal, not "at least": a hint from before the last pull says nothing of now.
  const isConfirmed = applied !== undefined && applied.epoch === heard.epoch && applied.head === heard.head
  return { ...head, heard, confirmedAt: isConfirmed ? now : head.confirmedAt }
}

/** Everything up to the head of the moment when the request was made is applied. */
export function applyAll(
  head: HeadKnowledge,
  request: { readonly heardBefore: ServerHead | undefined; readonly startedAt: number; readonly lastSeq: number | undefined },
): HeadKnowledge {
  const { heardBefore, startedAt, lastSeq } = request
  const before = head.applied !== undefined && head.applied.epoch === heardBefore?.epoch ? head.applied.head : 0
  const applied =
    heardBefore === undefined ? undefined : { epoch: heardBefore.epoch, head: Math.max(heardBefore.head, lastSeq ?? 0, before) }
  return { ...head, applied, confirmedAt: startedAt, pulledAt: startedAt }
}

export function missSome(head: HeadKnowledge): HeadKnowledge {
  return { ...head, confirmedAt: undefined }
}

/** Whether a hint told of something that no pull has brought yet. */
export function isBehindHint({ heard, applied }: HeadKnowledge): boolean {
  return heard !== undefined && (applied === undefined || applied.epoch !== heard.epoch || applied.head < heard.head)
}
