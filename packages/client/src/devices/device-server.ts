import type { Device, DeviceCommand, DeviceMetrics, DeviceReport, DeviceStatus, SettingsChange } from '@rejoin/core'
import type { TransportReply } from '../sync/sync-transport.ts'
import type { GivenCommand, NamedDevice } from './devices.ts'

export type CommandOrder =
  | { readonly kind: 'start' | 'pause' | 'resume' }
  | { readonly kind: 'settings'; readonly settings: SettingsChange }

export interface DeviceListener {
  /** Everything that is not acknowledged; nothing where the server only shows that it is there. */
  readonly onWord: (commands: readonly DeviceCommand[]) => void
  /** Comes once, also where the line never opened. */
  readonly onClose: () => void
}

/** What the server knows of devices. Promises never reject. */
export interface DeviceServer {
  report(report: DeviceReport): Promise<TransportReply<{ readonly commands: readonly DeviceCommand[] }>>
  forget(deviceId: string): Promise<TransportReply<undefined>>
  list(): Promise<TransportReply<{ readonly devices: readonly Device[] }>>
  status(device: NamedDevice): Promise<TransportReply<DeviceStatus>>
  metrics(device: NamedDevice): Promise<TransportReply<DeviceMetrics>>
  command(device: NamedDevice, order: CommandOrder): Promise<TransportReply<GivenCommand>>
  /** Listens for commands of this device; the returned function ends it, after which nothing is heard. */
  follow(deviceId: string, listener: DeviceListener): () => void
}
