import type { Device, DeviceCommand, DeviceMetrics, DeviceStatus, SettingsChange } from '@rejoin/core'

/** Which device: its id, or with it whose it is, where an administrator asks. */
export type NamedDevice = string | { readonly deviceId: string; readonly user: string | null }

export interface GivenCommand {
  readonly command: DeviceCommand
  /** It was told at once; otherwise the device hears of it when it comes back. */
  readonly isLive: boolean
}

/**
 * Whether this device tells the server how its syncing does, so that its person can see and steer it from another one. Off until
 * `enable()`, kept for this device and person. Told are: a name for the device (browser and system, unless one is given), how much waits and
 * how far a run is, kind and quality of the connection, battery, the settings of background sync, what stands in the way of syncing, and of each run
 * its time, duration, requests, bytes and errors. Never told is what was synced, or names of it. The server keeps it for 30 days.
 */
export interface DeviceReporting {
  /** `undefined` until it was read. */
  readonly isEnabled: boolean | undefined
  /** Also where it was enabled before: gives the device another name. */
  enable(options?: { readonly name?: string | undefined }): Promise<void>
  /** Nothing more is told, and the server is asked to forget what was; where it cannot be asked now, as soon as it can. */
  disable(): Promise<void>
  /** Calls after every change, from whatever tab. The returned function stops it. */
  subscribe(listener: () => void): () => void
}

/** One's devices, as far as they were heard of while somebody listens. */
export interface Fleet {
  /** `undefined` before the first answer. */
  readonly devices: readonly Device[] | undefined
  /** Why the last question was not answered; the devices are those of before. */
  readonly error: { readonly code: string; readonly message: string } | undefined
}

/** The devices of the person who is signed in; of an administrator, all of the tenant's. Calls reject with a `DeviceError`. */
export interface Devices {
  readonly reporting: DeviceReporting
  /** Of this device, as the others know it. */
  ownId(): Promise<string>
  list(): Promise<readonly Device[]>
  status(device: NamedDevice): Promise<DeviceStatus>
  metrics(device: NamedDevice): Promise<DeviceMetrics>
  /** "Sync now" on that device. */
  start(device: NamedDevice): Promise<GivenCommand>
  /** No background sync on that device until `resume`; "Sync now" there still runs. */
  pause(device: NamedDevice): Promise<GivenCommand>
  resume(device: NamedDevice): Promise<GivenCommand>
  /** What is not named stays. */
  updateSettings(device: NamedDevice, changes: SettingsChange): Promise<GivenCommand>
  /** The same object until something of it changes. */
  readonly fleet: Fleet
  /** Calls after every change of `fleet`, which is asked for every few seconds while anybody listens. The returned function stops it. */
  subscribe(listener: () => void): () => void
}

/** What was asked about a device could not be answered, or was refused. `code` is of the error table, or `UNREACHABLE`. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
