import type { SeededRandom } from '@rejoin/core/testing'

/** What goes wrong in one run, and how much of everything there is. Rates are probabilities for each occasion. */
export interface Config {
  readonly deviceCount: number
  readonly tabsPerDevice: number
  /** Devices belong to different users, so that client ids are bound. */
  readonly hasUsers: boolean
  readonly actionCount: number
  readonly latencyMsMax: number
  readonly commitMsMax: number
  readonly deviceCommitMsMax: number
  /** Weights of the actions of the workload. */
  readonly weights: Readonly<Record<Action, number>>
  /** A commit of the server fails cleanly. */
  readonly commitFailureRate: number
  /** An append on the device fails. */
  readonly deviceFailureRate: number
  /** A new connection cannot be made. */
  readonly dialFailureRate: number
  /** A broken connection is noticed by nobody: only timers help. */
  readonly halfOpenRate: number
  readonly clockSkewMs: number
}

export const actions = [
  'edit',
  'cut',
  'clog',
  'crashServer',
  'crashTab',
  'reloadTab',
  'goOffline',
  'goOnline',
  'compact',
  'pause',
] as const
export type Action = (typeof actions)[number]

const baseWeights: Record<Action, number> = {
  edit: 30,
  cut: 3,
  clog: 4,
  crashServer: 2,
  crashTab: 2,
  reloadTab: 2,
  goOffline: 2,
  goOnline: 3,
  compact: 1,
  pause: 6,
}

/** Every fault is off in half of the runs, so that each also meets the others' absence; most worlds are small. */
export function drawConfig(random: SeededRandom): Config {
  const rate = (highest: number): number => (random.chance(0.5) ? 0 : random.next() * highest)
  const faults: readonly Action[] = ['cut', 'clog', 'crashServer', 'crashTab', 'reloadTab', 'goOffline', 'compact']
  const weights = { ...baseWeights }
  for (const fault of faults) if (random.chance(0.5)) weights[fault] = 0
  return {
    deviceCount: 1 + random.below(3),
    tabsPerDevice: random.chance(0.4) ? 2 : 1,
    hasUsers: random.chance(0.3),
    actionCount: random.chance(0.05) ? 200 : 10 + random.below(40),
    latencyMsMax: random.pick([1, 20, 200, 2_000]),
    commitMsMax: random.pick([1, 10, 500]),
    deviceCommitMsMax: random.pick([1, 10, 500]),
    weights,
    commitFailureRate: rate(0.2),
    deviceFailureRate: rate(0.2),
    dialFailureRate: rate(0.5),
    halfOpenRate: rate(0.5),
    clockSkewMs: random.chance(0.3) ? (random.next() - 0.5) * 10 * 365 * 24 * 3_600_000 : 0,
  }
}
