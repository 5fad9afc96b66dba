import type { DeviceHost } from '../devices/device-host.ts'
import type { TransportReply } from '../sync/sync-transport.ts'

const unreachable = { type: 'unreachable', message: 'There is no server.' } as const
const refuse = (): Promise<TransportReply<never>> => Promise.resolve(unreachable)

/** For tests that have nothing to do with devices: nobody answers. */
export const deafDeviceHost: DeviceHost = {
  createServer: () => ({
    report: refuse,
    forget: refuse,
    list: refuse,
    status: refuse,
    metrics: refuse,
    command: refuse,
    follow: () => () => undefined,
  }),
  name: undefined,
  isCompressed: false,
}
