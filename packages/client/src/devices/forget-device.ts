import type { TransportReply } from '../sync/sync-transport.ts'
import type { DeviceServer } from './device-server.ts'
import type { ReportingChoice } from './reporting-choice.ts'

export interface ForgetDeviceParts {
  readonly choice: Pick<ReportingChoice, 'change'>
  readonly server: Pick<DeviceServer, 'forget'>
}

/** Has the server forget what this device told under this id. Where it is not heard to have done so, that stays to be asked. */
export async function forgetDevice({ choice, server }: ForgetDeviceParts, deviceId: string): Promise<TransportReply<undefined>> {
  const reply = await server.forget(deviceId)
  await choice.change({ isForgetDue: reply.type !== 'answered' })
  return reply
}
