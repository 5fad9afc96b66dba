import {
  averagePerformance,
  deviceLimits,
  largestSaving,
  type Clock,
  type Device,
  type DeviceCommand,
  type DeviceMetrics,
  type DeviceReport,
  type DeviceReportReply,
  type DeviceStatus,
} from '@rejoin/core'
import type { Identity } from '../auth/identity.ts'
import type { CommandOrder, DeviceStore, ReportedDevice } from './device-store.ts'
import { LiveDevices } from './live-devices.ts'

/** A request about a device that cannot be taken. */
export class DeviceRequestError extends Error {
  override readonly name = 'DeviceRequestError'
  readonly code: 'NOT_FOUND' | 'CONFLICT'

  constructor(code: DeviceRequestError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Which device is meant. An administrator may name whose it is. */
export interface NamedDevice {
  readonly deviceId: string
  readonly user?: string | undefined
}

export interface GivenCommand {
  readonly command: DeviceCommand
  /** It was told at once; otherwise the device hears of it when it comes back. */
  readonly isLive: boolean
}

/** The devices of whoever asks; of an administrator, all of the tenant's. Rejects with `DeviceRequestError`, or where the store fails. */
export interface DeviceService {
  report(identity: Identity, report: DeviceReport): Promise<DeviceReportReply>
  list(identity: Identity): Promise<readonly Device[]>
  status(identity: Identity, named: NamedDevice): Promise<DeviceStatus>
  metrics(identity: Identity, named: NamedDevice): Promise<DeviceMetrics>
  command(identity: Identity, named: NamedDevice, order: CommandOrder): Promise<GivenCommand>
  /** Deletes everything that a device told. Its person's own wish, so that it need not be known. */
  forget(identity: Identity, deviceId: string): Promise<void>
  /**
   * A device is connected: it is told what waits for it now, then of each command once it is durable, every time of all that is not
   * acknowledged. Rejects where what waits cannot be had. The returned function ends it.
   */
  connect(
    identity: Identity,
    deviceId: string,
    tell: (commands: readonly DeviceCommand[]) => void,
  ): { readonly waiting: Promise<void>; end(): void }
}

export function createDeviceService(parts: { readonly store: DeviceStore; readonly clock: Clock }): DeviceService {
  return new StoredDevices(parts.store, parts.clock)
}

class StoredDevices implements DeviceService {
  readonly #store: DeviceStore
  readonly #clock: Clock
  readonly #live = new LiveDevices()

  constructor(store: DeviceStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  async report({ tenant, user }: Identity, report: DeviceReport): Promise<DeviceReportReply> {
    return { commands: [...(await this.#store.tenant(tenant).report(user, report))] }
  }

  async list({ tenant, user, isAdmin }: Identity): Promise<readonly Device[]> {
    const devices = await this.#store.tenant(tenant).list(isAdmin ? {} : { user })
    return devices.map((device) => this.#describe(tenant, device))
  }

  async status(identity: Identity, named: NamedDevice): Promise<DeviceStatus> {
    const device = this.#describe(identity.tenant, await this.#find(identity, named))
    const { deviceId, isActive, currentProgress, connectivity, queueSize, estimatedCompletionTime, lastError } = device
    return { deviceId, isActive, currentProgress, connectivity, queueSize, estimatedCompletionTime, lastError }
  }

  async metrics(identity: Identity, named: NamedDevice): Promise<DeviceMetrics> {
    const { user } = await this.#find(identity, named)
    const historical = [...(await this.#store.tenant(identity.tenant).runs({ user, deviceId: named.deviceId }))]
    return {
      current: historical.at(-1) ?? null,
      historical,
      averagePerformance: averagePerformance(historical),
      largestSaving: largestSaving(historical),
    }
  }

  async command(identity: Identity, named: NamedDevice, order: CommandOrder): Promise<GivenCommand> {
    const { tenant } = identity
    const { user } = await this.#find(identity, named)
    const place = { tenant, user, deviceId: named.deviceId }
    const waiting = await this.#store.tenant(tenant).command(place, order)
    const command = waiting?.at(-1)
    // Forgotten in between.
    if (waiting === undefined || command === undefined) throw noSuchDevice()
    this.#live.tell(place, waiting)
    return { command, isLive: this.#live.has(place) }
  }

  async forget({ tenant, user }: Identity, deviceId: string): Promise<void> {
    await this.#store.tenant(tenant).forget({ user, deviceId })
  }

  connect(
    { tenant, user }: Identity,
    deviceId: string,
    tell: (commands: readonly DeviceCommand[]) => void,
  ): { readonly waiting: Promise<void>; end(): void } {
    // First: what is given while the others are read must not be missed.
    let isTold = false
    const end = this.#live.add({ tenant, user, deviceId }, (commands) => {
      isTold = true
      tell(commands)
    })
    const tellWaiting = async (): Promise<void> => {
      const [device] = await this.#store.tenant(tenant).list({ user, deviceId })
      // What was told meanwhile is all that waits, and newer than what was read.
      if (!isTold && device !== undefined && device.commands.length > 0) tell(device.commands)
    }
    return { waiting: tellWaiting(), end }
  }

  async #find(identity: Identity, { deviceId, user }: NamedDevice): Promise<ReportedDevice> {
    // Whose a device is, is a question for administrators alone.
    if (!identity.isAdmin && user !== undefined && user !== identity.user) throw noSuchDevice()
    const asked = identity.isAdmin ? user : identity.user
    const found = await this.#store.tenant(identity.tenant).list({ deviceId, ...(asked !== undefined && { user: asked }) })
    const own = found.find((device) => device.user === identity.user)
    const [device] = own === undefined ? found : [own]
    if (device === undefined) throw noSuchDevice()
    if (own === undefined && found.length > 1) {
      throw new DeviceRequestError('CONFLICT', 'several users have a device of this id: name one of them with `user`')
    }
    return device
  }

  #describe(tenant: string, { report, reportedAt, user, commands }: ReportedDevice): Device {
    const { acknowledgedThrough: _through, ...said } = report
    const isLive = this.#live.has({ tenant, user, deviceId: report.deviceId })
    return {
      ...said,
      user,
      isLive,
      isActive: report.settings.enabled && (isLive || this.#clock.now() - reportedAt <= deviceLimits.presentMs),
      lastSeenAt: new Date(reportedAt).toISOString(),
      pendingCommands: commands.length,
    }
  }
}

function noSuchDevice(): DeviceRequestError {
  return new DeviceRequestError('NOT_FOUND', 'there is no such device')
}
