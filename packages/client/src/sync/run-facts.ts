import { canTalk, heldCount } from './due-work.ts'
import type { SyncWork } from './sync-event.ts'
import type { RunFacts, SyncFacts } from './sync-machine-state.ts'

const sending: ReadonlySet<SyncWork['type']> = new Set(['push', 'replay'])

/** A run begins with what it sends first: what was made while nothing could be sent counts among its total, what is held back does not. */
export function runWith(facts: SyncFacts, begun: readonly SyncWork[]): RunFacts | undefined {
  if (facts.run !== undefined || !begun.some(({ type }) => sending.has(type))) return facts.run
  return { current: 0, total: (facts.counts?.pending ?? 0) - heldCount(facts) }
}

/** Once all of it is settled, or nothing can be sent any more, it is over: what is left then is another run. */
export function keepRun(facts: SyncFacts, pending: number): RunFacts | undefined {
  const { run, connection } = facts
  const isOver =
    run === undefined || pending === 0 || run.current >= run.total || !canTalk(facts) || connection.trouble !== undefined
  return isOver ? undefined : run
}

export function advanceRun(run: RunFacts | undefined, settledCount: number): RunFacts | undefined {
  return run && { ...run, current: Math.min(run.total, run.current + settledCount) }
}
