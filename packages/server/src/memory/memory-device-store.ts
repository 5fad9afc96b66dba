import { deviceLimits, type Clock, type DeviceCommand, type SyncMetrics } from '@rejoin/core'
import {
  listedDevicesMax,
  type DevicePlace,
  type DeviceStore,
  type ReportedDevice,
  type TenantDevices,
} from '../devices/device-store.ts'
import { nextCommands } from '../devices/next-commands.ts'

interface KeptDevice {
  readonly device: ReportedDevice
  readonly lastCommand: number
  /** By when they began, ms. */
  readonly runs: ReadonlyMap<number, { readonly run: SyncMetrics; readonly at: number }>
}

/** Keeps the same promises as the durable store, except outliving the process. */
export function createMemoryDeviceStore({ clock }: { readonly clock: Clock }): DeviceStore {
  const tenants = new Map<string, MemoryDevices>()
  return {
    tenant: (tenant) => {
      const devices = tenants.get(tenant) ?? new MemoryDevices(clock)
      tenants.set(tenant, devices)
      return devices
    },
    prune: async (before) => {
      for (const devices of tenants.values()) devices.prune(before)
      return false
    },
  }
}

class MemoryDevices implements TenantDevices {
  readonly #clock: Clock
  readonly #kept = new Map<string, KeptDevice>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async report(...[user, { runs, ...report }]: Parameters<TenantDevices['report']>): Promise<readonly DeviceCommand[]> {
    const key = keyOf({ user, deviceId: report.deviceId })
    const before = this.#kept.get(key)
    if (before === undefined) this.#makeRoom(user)
    const at = this.#clock.now()
    const commands = (before?.device.commands ?? []).filter(({ number }) => number > report.acknowledgedThrough)
    const told = runs.map((run) => [Date.parse(run.startedAt), { run, at }] as const)
    const all = [...new Map([...told, ...(before?.runs ?? [])])]
    this.#kept.delete(key)
    this.#kept.set(key, {
      device: { user, report, reportedAt: at, commands },
      lastCommand: Math.max(before?.lastCommand ?? 0, report.acknowledgedThrough),
      runs: new Map(all.toSorted(([one], [other]) => one - other).slice(-deviceLimits.runsMax)),
    })
    return commands
  }

  async command(...[place, order]: Parameters<TenantDevices['command']>): Promise<readonly DeviceCommand[] | undefined> {
    const kept = this.#kept.get(keyOf(place))
    if (kept === undefined) return undefined
    const number = kept.lastCommand + 1
    const issuedAt = new Date(this.#clock.now()).toISOString()
    const commands = nextCommands(kept.device.commands, order, { number, issuedAt })
    this.#kept.set(keyOf(place), { ...kept, lastCommand: number, device: { ...kept.device, commands } })
    return commands
  }

  async forget(place: DevicePlace): Promise<boolean> {
    return this.#kept.delete(keyOf(place))
  }

  async list({ user, deviceId }: Parameters<TenantDevices['list']>[0]): Promise<readonly ReportedDevice[]> {
    return [...this.#kept.values()]
      .map(({ device }) => device)
      .filter(
        (device) =>
          (user === undefined || device.user === user) && (deviceId ?? device.report.deviceId) === device.report.deviceId,
      )
      .toSorted((one, other) => other.reportedAt - one.reportedAt)
      .slice(0, listedDevicesMax)
  }

  async runs(place: DevicePlace): Promise<readonly SyncMetrics[]> {
    return [...(this.#kept.get(keyOf(place))?.runs.values() ?? [])].map(({ run }) => run)
  }

  prune(before: number): void {
    for (const [key, kept] of this.#kept) {
      if (kept.device.reportedAt < before) this.#kept.delete(key)
      else this.#kept.set(key, { ...kept, runs: new Map([...kept.runs].filter(([, { at }]) => at >= before)) })
    }
  }

  #makeRoom(user: string | null): void {
    const own = [...this.#kept].filter(([, { device }]) => device.user === user)
    if (own.length < deviceLimits.perUserMax) return
    const [silent] = own.toSorted(([, one], [, other]) => one.device.reportedAt - other.device.reportedAt)
    if (silent !== undefined) this.#kept.delete(silent[0])
  }
}

function keyOf({ user, deviceId }: DevicePlace): string {
  return JSON.stringify([user, deviceId])
}
