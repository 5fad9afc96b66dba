import type { BroadcastChannelLike } from '@rejoin/client/simulation'
import type { SimLocks } from '../world/sim-locks.ts'
import type { World } from '../world/world.ts'
import type { Config } from './config.ts'
import type { Ledger } from './ledger.ts'
import type { Mutant } from './mutants.ts'
import type { SimAppServer } from './sim-app-server.ts'
import type { SimDeviceDisk } from './sim-device-disk.ts'
import type { SimSyncServer } from './sim-sync-server.ts'
import type { SimUser } from './sim-user.ts'

export interface ProfileOptions {
  readonly world: World
  readonly config: Config
  readonly ledger: Ledger
  readonly server: SimSyncServer
  /** Of the app itself, for requests of its own. */
  readonly appServer: SimAppServer
  readonly mutant: Mutant | undefined
  readonly users: readonly SimUser[]
}

/** A page as its neighbours know it. */
export interface PageOnChannel {
  readonly isAlive: boolean
  inPage(run: () => void): void
}

/** The browser profile as its pages see it. */
export interface PageHost {
  readonly options: ProfileOptions
  readonly locks: SimLocks
  readonly isOnline: boolean
  readonly isCaptive: boolean
  readonly clockJumpCount: number
  /** When last a page stood on a database that is gone, by the world's time. */
  wipedSeenAt: number
  readonly isWiped: boolean
  readonly pages: readonly { readonly thawedAt: number }[]
  now(): number
  diskOf(user: SimUser): SimDeviceDisk
  isTokenExpired(user: SimUser): boolean
  setTokenExpired(user: SimUser, isExpired: boolean): void
  joinChannel(name: string, page: PageOnChannel): BroadcastChannelLike
}
