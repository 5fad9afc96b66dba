import type { SyncWork } from './sync-event.ts'
import type { ServerHead } from './server-head.ts'

/** A piece of work that was begun and has not ended. Times are steady time, ms. */
export interface Working {
  readonly type: 'working'
  readonly workId: number
  readonly work: SyncWork
  readonly startedAt: number
  readonly heardBefore: ServerHead | undefined
  /** Of a batch that left before the one before it was settled. */
  readonly next?: { readonly startedAt: number; readonly heardBefore: ServerHead | undefined }
}

/** What goes on with the sync server and on the device, one thing after the other. */
export type SyncActivity = { readonly type: 'resting' } | Working

/** All that is under way. */
export interface UnderWay {
  readonly activity: SyncActivity
  /** Requests of the app, at most one of a lane; and one look at the device, while a request takes long. */
  readonly beside: readonly Working[]
}

const localWork: ReadonlySet<SyncWork['type']> = new Set(['count', 'revive', 'setAside'])

/** It needs no server. */
export function isLocal({ type }: SyncWork): boolean {
  return localWork.has(type)
}

export function isResting({ activity, beside }: UnderWay): boolean {
  return activity.type === 'resting' && beside.length === 0
}

/** The main activity first. */
export function allUnderWay({ activity, beside }: UnderWay): readonly Working[] {
  return activity.type === 'resting' ? beside : [activity, ...beside]
}

export function findUnderWay(underWay: UnderWay, workId: number): Working | undefined {
  return allUnderWay(underWay).find((working) => working.workId === workId)
}

/** Lanes with a request out. */
export function lanesOut({ beside }: UnderWay): ReadonlySet<string> {
  return new Set(beside.flatMap(({ work }) => (work.type === 'replay' ? [work.lane] : [])))
}

/** With this begun, too. Requests of the app never stand in the way of anything else. */
export function withBegun({ activity, beside }: UnderWay, begun: Working): UnderWay {
  const isBeside = begun.work.type === 'replay' || activity.type === 'working'
  return isBeside ? { activity, beside: [...beside, begun] } : { activity: begun, beside }
}

/** What is left when work has ended; of a push, `isGoingOn`: the batch that is on its way already, with what was known when it left. */
export function without({ activity, beside }: UnderWay, { workId, next, ...ended }: Working, isGoingOn: boolean): UnderWay {
  if (activity.type === 'working' && activity.workId === workId) {
    return { activity: isGoingOn && next !== undefined ? { ...ended, workId, ...next } : { type: 'resting' }, beside }
  }
  return { activity, beside: beside.filter((other) => other.workId !== workId) }
}
