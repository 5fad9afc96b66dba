import type { Clock } from '@rejoin/core'
import type { BroadcastChannelLike } from '@rejoin/client/simulation'
import type { SimLocks } from '../world/sim-locks.ts'
import type { World } from '../world/world.ts'
import type { Config } from './config.ts'
import type { Ledger } from './ledger.ts'
import type { Mutant } from './mutants.ts'
import type { SimAppServer } from './sim-app-server.ts'
import type { SimDeviceDisk } from './sim-device-disk.ts'
import type { SimPower } from './sim-power.ts'
import type { SimSceneNetwork } from './sim-scene-network.ts'
import type { SimSyncServer } from './sim-sync-server.ts'
import type { SimUser } from './sim-user.ts'

export interface ProfileOptions {
  readonly world: World
  readonly config: Config
  readonly ledger: Ledger
  readonly server: SimSyncServer
  /** Of the app itself, for requests of its own. */
  readonly appServer: SimAppServer
  readonly sceneNetwork: SimSceneNetwork
  readonly mutant: Mutant | undefined
  readonly users: readonly SimUser[]
  /** Somebody opens the app on this device. */
  readonly openApp: (profile: PageHost) => void
}

/** A page as its neighbours know it. */
export interface PageOnChannel {
  readonly isAlive: boolean
  inPage(run: () => void): void
}

/** The browser profile as whatever runs in it sees it. */
interface BrowserHost {
  readonly options: ProfileOptions
  readonly locks: SimLocks
  readonly isOnline: boolean
  readonly isCaptive: boolean
  now(): number
  isTokenExpired(user: SimUser): boolean
  setTokenExpired(user: SimUser, isExpired: boolean): void
  joinChannel(name: string, page: PageOnChannel): BroadcastChannelLike
  /** `sync.register` of Background Sync. */
  registerSync(): void
}

/** The browser profile as its service worker sees it. */
export interface WorkerHome extends BrowserHost {
  readonly name: string
  readonly diskByUser: ReadonlyMap<SimUser, SimDeviceDisk>
  /** Whose cookies the browser has: those of who last opened the app. */
  readonly signedIn: SimUser
  /** Whether the app can sign in without a page. */
  readonly canWorkerSignIn: boolean
  /** It has the lock of a database. */
  workerDrains(): void
  /** It sends what waits. */
  workerSends(): void
  /** It is dead: locks and channels know it no more. */
  leave(worker: PageOnChannel): void
}

/** The browser profile as its pages see it. */
export interface PageHost extends BrowserHost {
  /** For the planted bug that waits for a clock that was set back. */
  readonly waitingClock: Clock
  readonly clockJumpCount: number
  readonly power: SimPower
  /** When last conditions changed, or somebody asked for something, by the world's time. */
  readonly disturbedAt: number
  /** When last a database was wiped, or a page stood on one that is gone, by the world’s time. */
  wipedSeenAt: number
  readonly isWiped: boolean
  diskOf(user: SimUser): SimDeviceDisk
}
