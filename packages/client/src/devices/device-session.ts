import type { RecordDatabase } from '../record-database/record-database.ts'
import type { Random, Device } from '@rejoin/core'
import type { TransportReply } from '../sync/sync-transport.ts'
import type { ClientAuth } from '../client-auth.ts'
import type { DeviceHost } from './device-host.ts'
import { DeviceReporter, type DeviceReporterParts } from './device-reporter.ts'
import { DeviceError, type Devices, type GivenCommand, type NamedDevice } from './devices.ts'
import type { CommandOrder, DeviceServer } from './device-server.ts'
import { forgetDevice } from './forget-device.ts'
import { ReportingChoice } from './reporting-choice.ts'
import { SharedFleet } from './shared-fleet.ts'

export interface DeviceSessionParts extends Omit<DeviceReporterParts, 'choice' | 'server' | 'deviceName' | 'isCompressed'> {
  readonly deviceHost: DeviceHost
  /** Who is signed in. */
  readonly auth: ClientAuth | undefined
  readonly database: RecordDatabase
  readonly idRandom: Random
}

/** Devices as one person sees them while the page is open, and this one among them. */
export class DeviceSession implements Devices {
  readonly reporting: Devices['reporting']
  readonly #server: DeviceServer
  readonly #choice: ReportingChoice
  readonly #reporter: DeviceReporter
  readonly #fleet: SharedFleet
  #isSwitchedOn = true

  constructor(parts: DeviceSessionParts) {
    const { createServer, name: deviceName, isCompressed } = parts.deviceHost
    const server = createServer(parts.auth)
    this.#server = server
    const choice = new ReportingChoice(parts.database, parts.idRandom)
    this.#choice = choice
    this.#reporter = new DeviceReporter({ ...parts, choice, server, deviceName, isCompressed })
    this.#fleet = new SharedFleet({
      scheduler: parts.scheduler,
      list: () => server.list(),
      mayAsk: () => this.#isSwitchedOn && parts.pageLife.isVisible() && parts.sync.isEnabled === true,
    })
    this.reporting = {
      get isEnabled() {
        return choice.isEnabled
      },
      enable: async ({ name } = {}) => {
        await choice.change({ isEnabled: true, isForgetDue: false, ...(name !== undefined && { name }) })
        this.#fleet.hurry()
      },
      disable: async () => {
        // Due with the wish: the page may end before it was asked.
        const { deviceId } = await choice.change({ isEnabled: false, isForgetDue: true })
        // A report must not overtake it.
        await this.#reporter.whenTold()
        await forgetDevice({ choice, server }, deviceId)
        this.#fleet.hurry()
      },
      subscribe: (listener) => choice.subscribe(listener),
    }
  }

  get fleet(): Devices['fleet'] {
    return this.#fleet.current
  }

  subscribe(listener: () => void): () => void {
    return this.#fleet.subscribe(listener)
  }

  ownId(): Promise<string> {
    return this.#choice.deviceId()
  }

  async list(): Promise<readonly Device[]> {
    return answerOf(await this.#server.list()).devices
  }

  async status(device: NamedDevice): ReturnType<Devices['status']> {
    return answerOf(await this.#server.status(device))
  }

  async metrics(device: NamedDevice): ReturnType<Devices['metrics']> {
    return answerOf(await this.#server.metrics(device))
  }

  start(device: NamedDevice): Promise<GivenCommand> {
    return this.#command(device, { kind: 'start' })
  }

  pause(device: NamedDevice): Promise<GivenCommand> {
    return this.#command(device, { kind: 'pause' })
  }

  resume(device: NamedDevice): Promise<GivenCommand> {
    return this.#command(device, { kind: 'resume' })
  }

  updateSettings(...[device, settings]: Parameters<Devices['updateSettings']>): Promise<GivenCommand> {
    return this.#command(device, { kind: 'settings', settings })
  }

  setOnline(isOnline: boolean): void {
    this.#isSwitchedOn = isOnline
    this.#reporter.setOnline(isOnline)
  }

  close(): void {
    this.#reporter.close()
    this.#fleet.close()
    this.#choice.close()
  }

  async #command(device: NamedDevice, order: CommandOrder): Promise<GivenCommand> {
    const given = answerOf(await this.#server.command(device, order))
    this.#fleet.hurry()
    return given
  }
}

function answerOf<Body>(reply: TransportReply<Body>): Body {
  if (reply.type === 'answered') return reply.body
  throw new DeviceError(reply.type === 'refused' ? reply.code : 'UNREACHABLE', reply.message)
}
