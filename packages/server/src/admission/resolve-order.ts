import type { Need, Section, UpdateScan } from './scan-update.ts'

/** A section on its way: it has passed its first `passed` needs. */
interface Runner {
  readonly section: Section
  readonly needs: readonly Need[]
  passed: number
  /** The next runner that waits for the same need to be passed. */
  nextWaiter: Runner | undefined
  /** By index of a need of this runner: the runners that go on once it is passed. */
  waitersByNeed: Map<number, Runner> | undefined
}

/**
 * Ends every section before its first struct that cannot be put into any order: one that refers to something neither known
 * nor in the update, or to something that (in the end) waits for it. Each section runs until it meets a clock that is not
 * there yet and is woken by the need that stands before that clock, so the work is linear in the needs, whatever their order.
 */
export function resolveOrder(scan: UpdateScan): void {
  if (!scan.hasNeeds) return
  const runnerByClient = new Map<number, Runner>()
  for (const section of scan.sections) {
    runnerByClient.set(section.client, {
      section,
      needs: section.needs ?? [],
      passed: 0,
      nextWaiter: undefined,
      waitersByNeed: undefined,
    })
  }
  const ready = [...runnerByClient.values()].reverse()
  for (let runner = ready.pop(); runner !== undefined; runner = ready.pop()) run(runner, runnerByClient, ready)
  for (const runner of runnerByClient.values()) endAtNeed(runner)
}

function run(runner: Runner, runnerByClient: ReadonlyMap<number, Runner>, ready: Runner[]): void {
  for (let need = runner.needs[runner.passed]; need !== undefined; need = runner.needs[runner.passed]) {
    const target = runnerByClient.get(need.needsClient)
    if (target === undefined || need.needsClock >= target.section.endClock) return
    const obstacle = lastNeedUpTo(target.needs, need.needsClock)
    if (obstacle >= target.passed) {
      target.waitersByNeed ??= new Map()
      runner.nextWaiter = target.waitersByNeed.get(obstacle)
      target.waitersByNeed.set(obstacle, runner)
      return
    }
    wake(runner, ready)
    runner.passed += 1
  }
}

/** Called as the runner passes its next need. */
function wake(runner: Runner, ready: Runner[]): void {
  let waiter = runner.waitersByNeed?.get(runner.passed)
  while (waiter !== undefined) {
    ready.push(waiter)
    waiter = waiter.nextWaiter
  }
}

/** Index of the last need whose struct begins at or before `clock`; -1 if there is none. */
function lastNeedUpTo(needs: readonly Need[], clock: number): number {
  let low = 0
  let high = needs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((needs[middle]?.clock ?? 0) <= clock) low = middle + 1
    else high = middle
  }
  return low - 1
}

function endAtNeed(runner: Runner): void {
  const need = runner.needs[runner.passed]
  if (need === undefined) return
  const { section } = runner
  section.endClock = Math.max(need.clock, section.known)
  section.endOffset = need.offset
  section.endCount = need.count
  section.hasGap = true
}
