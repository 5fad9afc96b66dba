import type { ClientAuth } from '../client-auth.ts'
import type { DeviceServer } from './device-server.ts'

/** What devices need of the host, whoever is signed in. */
export interface DeviceHost {
  readonly createServer: (auth: ClientAuth | undefined) => DeviceServer
  /** What the host calls itself ("Chrome on Linux"); `undefined` where nobody can say. */
  readonly name: string | undefined
  /** Whether the host can compress what is sent. */
  readonly isCompressed: boolean
}
