import type { DeviceCommand, DeviceReport, SettingsChange, SyncMetrics } from '@rejoin/core'

/** A device belongs to a user: another user's device of the same id is another. */
export interface DevicePlace {
  readonly user: string | null
  readonly deviceId: string
}

/** A device as it last told of itself. */
export interface ReportedDevice {
  readonly user: string | null
  readonly report: Omit<DeviceReport, 'runs'>
  /** By the server's clock, ms since the epoch. */
  readonly reportedAt: number
  /** Not acknowledged, in order of their numbers: at most one to start, one to pause or resume, and one that sets each setting. */
  readonly commands: readonly DeviceCommand[]
}

/** A command without its number, which the store gives. */
export type CommandOrder =
  | { readonly kind: 'start' | 'pause' | 'resume' }
  | { readonly kind: 'settings'; readonly settings: SettingsChange }

/** What is kept of devices. There is no call without a tenant but for pruning. */
export interface DeviceStore {
  tenant(tenant: string): TenantDevices
  /** Deletes a bounded number of devices and runs that were told of before this time (ms); resolves to whether there may be more. */
  prune(before: number): Promise<boolean>
}

/** Writes resolve once durable. */
export interface TenantDevices {
  /**
   * What the device says takes the place of what it said; its runs are added, each once, and the latest 100 are kept. Commands it acknowledges
   * are deleted; resolves to the others.
   */
  report(user: string | null, report: DeviceReport): Promise<readonly DeviceCommand[]>
  /**
   * Gives the device another command, in the place of the last one of its kind; settings take the place of the same ones. Resolves to everything that is not acknowledged, in order; `undefined` where there is no such device.
   */
  command(place: DevicePlace, order: CommandOrder): Promise<readonly DeviceCommand[] | undefined>
  /** Everything that was told of the device, and its commands. Resolves to whether there was one. */
  forget(place: DevicePlace): Promise<boolean>
  /** Those that were heard of last come first, 1,000 at most. `user` absent: of everybody. */
  list(wanted: { readonly user?: string | null; readonly deviceId?: string }): Promise<readonly ReportedDevice[]>
  /** The oldest first. */
  runs(place: DevicePlace): Promise<readonly SyncMetrics[]>
}

export const listedDevicesMax = 1_000
