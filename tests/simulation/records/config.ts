import type { SeededRandom } from '@rejoin/core/testing'

/** What a simulated person, operator, browser or network does next. */
export const actions = [
  'write',
  'burst',
  'group',
  'attend',
  'syncNow',
  'pause',
  'goOffline',
  'goOnline',
  'cutFeed',
  'captivePortal',
  'expireToken',
  'crashServer',
  'killTab',
  'openTab',
  'freezeTab',
  'thawTab',
  'osCrash',
  'jumpClock',
  'fillDisk',
  'disableSync',
  'enableSync',
  'changeGrants',
  'pruneVerdicts',
  'pruneTombstones',
  'restoreBackup',
  'upgradeServer',
  'cloneDevice',
  'wipeStorage',
  'damageRow',
  'operatorWrite',
  'callWorker',
  'leaveApp',
  'muteTabs',
  'changePower',
  'changeSettings',
] as const
export type Action = (typeof actions)[number]

/** What goes wrong in one run, and how much of everything there is. Rates are probabilities for each occasion. */
export interface Config {
  readonly deviceCount: number
  readonly tabsPerDevice: number
  readonly tenantCount: number
  readonly userCount: number
  readonly actionCount: number
  /** Few records, so that devices meet. */
  readonly recordsPerEntity: number
  readonly latencyMsMax: number
  readonly commitMsMax: number
  readonly deviceCommitMsMax: number
  readonly weights: Readonly<Record<Action, number>>
  /** The request never arrives. */
  readonly requestLossRate: number
  /** The server acts, and the answer never arrives. */
  readonly responseLossRate: number
  /** The request arrives once more, up to a minute later. */
  readonly duplicateRate: number
  /** From this time of the world on nothing is repeated any more. */
  readonly repeatsUntil: number
  /** The server answers 429, 500 or 503 for the request as a whole. */
  readonly refusalRate: number
  /** A hook of the application throws: this operation alone fails, for now. */
  readonly hookFailureRate: number
  readonly commitFailureRate: number
  readonly readFailureRate: number
  /** A transaction on the device fails. */
  readonly deviceFailureRate: number
  /** Of the frames of the change feed. */
  readonly frameLossRate: number
  /** A broken feed is noticed by nobody. */
  readonly halfOpenRate: number
  readonly clockSkewMsMax: number
  readonly clockDriftPpm: number
  /** The server's own bounds, absurdly small in some worlds. */
  readonly operationsMax: number
  readonly changesMax: number
  /** Some devices begin without anybody signed in. */
  readonly startsLocally: boolean
  /** The app makes requests of its own, beside everything else that is done. */
  readonly captureRate: number
  /** So many requests of one page may be out at a time, where no settings say otherwise. */
  readonly requestsMax: number
  /** The app's own server takes a request and says nothing. */
  readonly hangRate: number
  /** Scenes are changed without being open, beside everything else that is done. */
  readonly sceneRate: number
  /** So many have a scene open. */
  readonly viewerCount: number
  /** An answer speaks of fewer operations on a scene than were sent. */
  readonly shortAnswerRate: number
  /** A server cannot take one of the operations of a batch, for now. */
  readonly postponeRate: number
  /** Pages have a service worker, and the browser has Background Sync. */
  readonly hasWorker: boolean
  /** The browser kills it in the middle of an event. */
  readonly workerDeathRate: number
  /** The worker is of the first version of the app. */
  readonly oldWorkerRate: number
  /** The app is opened while the worker drains. */
  readonly intrusionRate: number
  /** Each second in which something waits for its next attempt, that the clock is set. */
  readonly retryJumpRate: number
  /** Battery, connection and settings change, and hold back what a page does by itself. */
  readonly hasConditions: boolean
  /** They are what they are in peace, too: then somebody presses "Sync now". */
  readonly staysHeld: boolean
}

const baseWeights: Record<Action, number> = {
  write: 34,
  burst: 6,
  group: 3,
  attend: 5,
  syncNow: 2,
  pause: 8,
  goOffline: 3,
  goOnline: 4,
  cutFeed: 3,
  captivePortal: 1,
  expireToken: 1,
  crashServer: 2,
  killTab: 3,
  openTab: 4,
  freezeTab: 4,
  thawTab: 3,
  osCrash: 1,
  jumpClock: 1,
  fillDisk: 1,
  disableSync: 1,
  enableSync: 2,
  changeGrants: 1,
  pruneVerdicts: 4,
  pruneTombstones: 1,
  restoreBackup: 3,
  upgradeServer: 1,
  cloneDevice: 2,
  wipeStorage: 1,
  damageRow: 4,
  operatorWrite: 2,
  callWorker: 0,
  leaveApp: 0,
  muteTabs: 0,
  changePower: 0,
  changeSettings: 0,
}

/** In worlds with a service worker. */
const workerWeights = { callWorker: 3, leaveApp: 10, muteTabs: 2 } as const

const workerActions = ['callWorker', 'leaveApp', 'muteTabs'] as const

const faults: readonly Action[] = [
  'goOffline',
  'cutFeed',
  'captivePortal',
  'expireToken',
  'crashServer',
  'killTab',
  'freezeTab',
  'osCrash',
  'jumpClock',
  'fillDisk',
  'disableSync',
  'changeGrants',
  'pruneVerdicts',
  'pruneTombstones',
  'upgradeServer',
  'operatorWrite',
]
/** Rarer than the rest, because little else can be told of a world in which they happen. */
const upheavals: readonly Action[] = ['restoreBackup', 'cloneDevice', 'wipeStorage', 'damageRow']

const decadeMs = 10 * 365 * 24 * 3_600_000

/** Every fault is off in half of the runs, so that each also meets the others' absence; most worlds are small. */
export function drawConfig(random: SeededRandom): Config {
  const rate = (highest: number): number => (random.chance(0.5) ? 0 : random.next() * highest)
  const weights = { ...baseWeights }
  for (const fault of faults) if (random.chance(0.5)) weights[fault] = 0
  for (const upheaval of upheavals) if (random.chance(0.85)) weights[upheaval] = 0
  // A clone that comes back after its twin's verdicts were pruned (30 days) cannot be told from a very late repeat.
  if (weights.cloneDevice > 0) weights.pruneVerdicts = 0
  // Drawn by itself, so that worlds without a worker are what they were before there were workers.
  const worker = drawWorker(random.fork('worker'), weights)
  const conditions = drawConditions(random.fork('conditions'), worker.hasWorker)
  Object.assign(weights, conditionWeights(conditions))
  return {
    deviceCount: 1 + random.below(3),
    tabsPerDevice: random.pick([1, 1, 2, 3]),
    tenantCount: random.chance(0.25) ? 2 : 1,
    userCount: random.pick([1, 1, 2]),
    actionCount: random.chance(0.03) ? 150 : 8 + random.below(32),
    recordsPerEntity: random.pick([1, 2, 4]),
    latencyMsMax: random.pick([1, 20, 200, 2_000]),
    commitMsMax: random.pick([1, 10, 500]),
    deviceCommitMsMax: random.pick([0.1, 1, 10, 200]),
    weights,
    requestLossRate: rate(0.3),
    responseLossRate: rate(0.4),
    duplicateRate: rate(0.4),
    repeatsUntil: Infinity,
    refusalRate: rate(0.3),
    hookFailureRate: rate(0.3),
    commitFailureRate: rate(0.2),
    readFailureRate: rate(0.1),
    deviceFailureRate: rate(0.15),
    frameLossRate: rate(0.5),
    halfOpenRate: rate(0.5),
    clockSkewMsMax: random.pick([0, 0, 60_000, 24 * 3_600_000, decadeMs]),
    clockDriftPpm: random.chance(0.3) ? 500 : 0,
    operationsMax: random.pick([1, 2, 5, 500]),
    changesMax: random.pick([1, 2, 5, 1_000]),
    startsLocally: random.chance(0.2),
    // Drawn by itself, so that worlds without such requests are what they were before there were any.
    captureRate: drawCaptureRate(random.fork('requests')),
    ...drawLanes(random.fork('lanes')),
    ...drawScenes(random.fork('scenes')),
    ...worker,
    ...conditions,
    retryJumpRate: weights.jumpClock > 0 && random.fork('clock').chance(0.5) ? 0.5 : 0,
  }
}

type WorkerConfig = Pick<Config, 'hasWorker' | 'workerDeathRate' | 'oldWorkerRate' | 'intrusionRate'>

function drawWorker(random: SeededRandom, weights: Record<Action, number>): WorkerConfig {
  const hasWorker = random.chance(0.5)
  if (hasWorker) for (const action of workerActions) weights[action] = random.chance(0.5) ? workerWeights[action] : 0
  return {
    hasWorker,
    oldWorkerRate: 0.2,
    intrusionRate: random.chance(0.5) ? 0 : 0.6,
    workerDeathRate: random.chance(0.5) ? 0 : random.next() * 0.7,
  }
}

type Conditions = Pick<Config, 'hasConditions' | 'staysHeld'>

/** Without a worker, which hears of no battery. */
function drawConditions(random: SeededRandom, hasWorker: boolean): Conditions {
  const hasConditions = !hasWorker && random.chance(0.6)
  return { hasConditions, staysHeld: hasConditions && random.chance(0.5) }
}

function conditionWeights({ hasConditions }: Conditions): Partial<Record<Action, number>> {
  return hasConditions ? { changePower: 6, changeSettings: 3 } : {}
}

function drawLanes(random: SeededRandom): Pick<Config, 'requestsMax' | 'hangRate'> {
  return { requestsMax: 1 + random.below(4), hangRate: random.chance(0.5) ? 0 : random.next() * 0.3 }
}

/** Half of the apps make no requests of their own. */
function drawCaptureRate(random: SeededRandom): number {
  return random.chance(0.5) ? 0 : random.next() * 0.6
}

/** One of five worlds has scenes. */
function drawScenes(random: SeededRandom): Pick<Config, 'sceneRate' | 'viewerCount' | 'shortAnswerRate' | 'postponeRate'> {
  if (!random.chance(0.2)) return { sceneRate: 0, viewerCount: 0, shortAnswerRate: 0, postponeRate: 0 }
  return {
    sceneRate: 0.1 + random.next() * 0.5,
    viewerCount: random.pick([0, 0, 1, 2]),
    shortAnswerRate: random.chance(0.7) ? 0 : random.next() * 0.3,
    postponeRate: random.chance(0.6) ? 0 : random.next() * 0.3,
  }
}
