import type { Devices } from '../devices/devices.ts'
import type { RecordsHub } from './records-hub.ts'

/** Devices of whatever session is open. */
export function hubDevices(hub: RecordsHub): Devices {
  const devices = async (): Promise<Devices> => (await hub.session()).devices
  return {
    reporting: {
      get isEnabled() {
        return hub.opened?.devices.reporting.isEnabled
      },
      enable: async (options) => (await devices()).reporting.enable(options),
      disable: async () => (await devices()).reporting.disable(),
      subscribe: (listener) => {
        const stops = [hub.onSession(listener), hub.follow((session) => session.devices.reporting.subscribe(listener))]
        return () => stops.forEach((stop) => stop())
      },
    },
    ownId: async () => (await devices()).ownId(),
    list: async () => (await devices()).list(),
    status: async (device) => (await devices()).status(device),
    metrics: async (device) => (await devices()).metrics(device),
    start: async (device) => (await devices()).start(device),
    pause: async (device) => (await devices()).pause(device),
    resume: async (device) => (await devices()).resume(device),
    updateSettings: async (device, changes) => (await devices()).updateSettings(device, changes),
    get fleet() {
      return hub.opened?.devices.fleet ?? nothingYet
    },
    subscribe: (listener) => {
      const stops = [hub.onSession(listener), hub.follow((session) => session.devices.subscribe(listener))]
      return () => stops.forEach((stop) => stop())
    },
  }
}

const nothingYet: Devices['fleet'] = { devices: undefined, error: undefined }
