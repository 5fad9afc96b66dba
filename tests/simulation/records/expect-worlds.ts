import { expect } from 'vitest'
import { runSeed } from './run-seed.ts'

/** Situations that a campaign must meet, or it proves nothing. */
const occasionsExpected = [
  'adopted at sign-in',
  'answer lost',
  'attention blocked edit',
  'app answered 401',
  'app answered 409',
  'app answered 500',
  'app answered 503',
  'attention blocked retry',
  'attention conflict retry',
  'attention failed retry',
  'backup restored',
  'batch chosen while another was out',
  'calm with something for a person to do',
  'cancelled before it was sent',
  'clock jumped while a retry waited',
  'cloneDevice',
  'coalesced',
  'crashServer',
  'damaged row set aside',
  'duplicate after its verdict was pruned',
  'feed in several pages',
  'freezeTab',
  'jumpClock',
  'lock stolen from a frozen page',
  'lock stolen from a living page',
  'lock stolen from the worker',
  'lost frame of the feed',
  'osCrash',
  'page frozen while it drained',
  'repeat of what took effect',
  'reply refused 401',
  'reply refused 413',
  'reply refused 429',
  'reply refused 500',
  'reply refused 503',
  'reply unexpected',
  'reply unreachable',
  'request adopted at sign-in',
  'request kept',
  'request recognised by its key',
  'request repeated by the network',
  'request unexpected',
  'request unreachable',
  'restore',
  'result conflict CONFLICT',
  'result conflict DELETED',
  'result conflictResolved CONFLICT_RESOLVED',
  'result merged',
  'result rejected DEPENDENCY_FAILED',
  'result rejected DEVICE_FORKED',
  'result rejected FORBIDDEN',
  'result rejected INTERNAL',
  'result rejected TOO_LARGE',
  'result rejected UPGRADE_REQUIRED',
  'resyncRequired otherEpoch',
  'resyncRequired otherScope',
  'resyncRequired tooOld',
  'several verdicts in one transaction',
  'status error',
  'status offline',
  'status paused',
  'status syncing',
  'status upToDate',
  'token renewed',
  'transaction failed on the device',
  'transaction of a dead page: commitUnheard',
  'transaction of a dead page: vanish',
  'wipeStorage',
  'worker alone had to deliver',
  'worker delivered',
  'worker event ended: done',
  'worker event ended: remains',
  'worker event periodic',
  'worker found the lock taken',
  'worker killed',
  'worker killed while it drained',
  'worker told SYNC_COMPLETE',
  'worker told SYNC_CONFLICT',
  'worker used up its event',
  'written over REST',
]

/** Every promise holds in every one of these worlds, and together they meet what is worth meeting. */
export async function expectWorlds(first: number, count: number, occasions: Set<string>): Promise<void> {
  for (let seed = first; seed < first + count; seed++) {
    const outcome = await runSeed(seed)
    expect(outcome.violation, `npm run simulate -- --records --seed ${seed} --seeds 1`).toBeUndefined()
    for (const occasion of outcome.occasions.keys()) occasions.add(occasion)
  }
}

export function expectOccasions(occasions: ReadonlySet<string>): void {
  expect(occasionsExpected.filter((occasion) => !occasions.has(occasion))).toEqual([])
}
