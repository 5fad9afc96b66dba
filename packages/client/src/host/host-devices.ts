import type { DeviceHost } from '../devices/device-host.ts'
import { createHttpDeviceServer } from '../devices/http-device-server.ts'
import { nameDevice } from '../devices/name-device.ts'
import { hostTime } from './host-time.ts'

/** Devices, with the host's own `fetch`, `WebSocket` and name. */
export function hostDevices(url: string): DeviceHost {
  const isCompressed = typeof CompressionStream !== 'undefined'
  return {
    createServer: (auth) =>
      createHttpDeviceServer({
        ...hostTime,
        url,
        getToken: auth?.getToken,
        fetch: (address, init) => fetch(address, init),
        openWebSocket: (address, protocols) => new WebSocket(address, [...protocols]),
        makeGzip: undefined,
      }),
    name: typeof navigator === 'undefined' ? undefined : nameDevice(navigator),
    isCompressed,
  }
}
