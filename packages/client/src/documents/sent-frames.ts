import type { OrdinalRange } from './ordinal-ledger.ts'

/** A frame that takes a number on the wire: the answer to the server's step 1, or a single change. */
export type FrameKind = 'step2' | 'update'

/** Consecutive frames of one kind. Runs, because a burst of typing is thousands of frames that differ by one. */
interface FrameRun {
  readonly kind: FrameKind
  readonly firstNumber: number
  readonly count: number
  /** The ordinal through which the first frame of the run accounts for the document; 0 where it credits nothing. */
  readonly firstCovers: number
  /** How much further each following frame covers. */
  readonly step: 0 | 1
}

/** The numbered frames of one connection. */
export interface SentFrames {
  readonly sentCount: number
  readonly settledCount: number
  /** Frames without a verdict, in order of their numbers. */
  readonly runs: readonly FrameRun[]
  /** The ordinal through which the last settled frame covers. */
  readonly settledCovers: number
  /** Number of the first step 2 of the connection; 0 before it was sent. */
  readonly firstStep2Number: number
  /** Frames without a verdict in a receipt, of which the server already said that it will not store them. */
  readonly refusedNumbers: readonly number[]
  /** The highest number that was ever refused on this connection; 0 for none. */
  readonly lastRefusedNumber: number
}

export const noFrames: SentFrames = {
  sentCount: 0,
  settledCount: 0,
  runs: [],
  settledCovers: 0,
  firstStep2Number: 0,
  refusedNumbers: [],
  lastRefusedNumber: 0,
}

/**
 * Notes that a frame was sent while the document held every change up to `madeThrough`. An update before the first step 2 credits
 * nothing: changes made offline before it may still be missing on the server.
 */
export function recordFrame(frames: SentFrames, kind: FrameKind, madeThrough: number): SentFrames {
  const sentCount = frames.sentCount + 1
  const firstStep2Number = frames.firstStep2Number === 0 && kind === 'step2' ? sentCount : frames.firstStep2Number
  const covers = firstStep2Number === 0 ? 0 : madeThrough
  return { ...frames, sentCount, firstStep2Number, runs: appendToRuns(frames.runs, kind, sentCount, covers) }
}

function appendToRuns(runs: readonly FrameRun[], kind: FrameKind, number: number, covers: number): readonly FrameRun[] {
  const last = runs.at(-1)
  if (last !== undefined && kind === 'update' && last.kind === 'update') {
    const step = covers - coversAt(last, last.firstNumber + last.count - 1)
    if ((step === 0 || step === 1) && (last.count === 1 || step === last.step)) {
      return [...runs.slice(0, -1), { ...last, step, count: last.count + 1 }]
    }
  }
  return [...runs, { kind, firstNumber: number, count: 1, firstCovers: covers, step: 0 }]
}

function coversAt(run: FrameRun, number: number): number {
  return run.firstCovers + run.step * (number - run.firstNumber)
}

export interface SettledFrames {
  readonly frames: SentFrames
  /** Every change up to here is settled; 0 for none. */
  readonly creditedThrough: number
  /** Number of the last settled step 2 that was not refused, 0 for none: the server has everything the document held when it was sent. */
  readonly acceptedStep2Number: number
}

/** Applies a receipt: every frame up to `settledCount` has its verdict. The caller has checked that so many were sent. */
export function settleFrames(frames: SentFrames, settledCount: number): SettledFrames {
  let creditedThrough = 0
  let acceptedStep2Number = 0
  const runs: FrameRun[] = []
  for (const run of frames.runs) {
    const lastNumber = run.firstNumber + run.count - 1
    const lastSettled = Math.min(lastNumber, settledCount)
    if (lastSettled >= run.firstNumber) {
      creditedThrough = Math.max(creditedThrough, coversAt(run, lastSettled))
      if (run.kind === 'step2' && !frames.refusedNumbers.includes(run.firstNumber)) acceptedStep2Number = run.firstNumber
    }
    if (lastSettled < lastNumber) runs.push(runFrom(run, Math.max(lastSettled + 1, run.firstNumber)))
  }
  const settled: SentFrames = {
    ...frames,
    settledCount,
    runs,
    settledCovers: Math.max(frames.settledCovers, creditedThrough),
    refusedNumbers: frames.refusedNumbers.filter((number) => number > settledCount),
  }
  return { frames: settled, creditedThrough, acceptedStep2Number }
}

function runFrom(run: FrameRun, number: number): FrameRun {
  return { ...run, firstNumber: number, count: run.count - (number - run.firstNumber), firstCovers: coversAt(run, number) }
}

/** Notes that the server will not store a frame. */
export function refuseFrame(frames: SentFrames, number: number): SentFrames {
  return {
    ...frames,
    refusedNumbers: [...frames.refusedNumbers, number],
    lastRefusedNumber: Math.max(frames.lastRefusedNumber, number),
  }
}

/**
 * The changes that a refused frame takes with it: for an update, those since the frame before it; for a step 2, everything up to it.
 * `undefined` for a frame that was never sent, has its verdict, or credits nothing (the step 2 after it will decide).
 */
export function changesOfFrame(frames: SentFrames, number: number): OrdinalRange | undefined {
  if (frames.refusedNumbers.includes(number)) return undefined
  let coversBefore = frames.settledCovers
  for (const run of frames.runs) {
    const lastNumber = run.firstNumber + run.count - 1
    if (number < run.firstNumber) return undefined
    if (number > lastNumber) {
      coversBefore = Math.max(coversBefore, coversAt(run, lastNumber))
    } else {
      const through = coversAt(run, number)
      if (run.kind === 'step2') return { from: 1, through }
      const before = number === run.firstNumber ? coversBefore : coversAt(run, number - 1)
      const isBeforeStep2 = frames.firstStep2Number === 0 || number < frames.firstStep2Number
      return isBeforeStep2 ? undefined : { from: before + 1, through }
    }
  }
  return undefined
}
