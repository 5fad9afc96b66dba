import { createManualTime } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import { createMemoryDeviceStore } from '../memory/memory-device-store.ts'
import { sampleReport } from '../testing/device-store-contract.ts'
import { identityOf } from '../testing/records-world.ts'
import { createDeviceService } from './device-service.ts'
import type { ReportedDevice, TenantDevices } from './device-store.ts'

test('[DV8] what was read before a command was given is not told after it', async () => {
  const clock = createManualTime(1_000_000)
  const store = createMemoryDeviceStore({ clock })
  const devices = store.tenant('acme')
  await devices.report('ann', sampleReport())
  await devices.command({ user: 'ann', deviceId: 'phone' }, { kind: 'pause' })
  const slowReads = [Promise.withResolvers<readonly ReportedDevice[]>()]
  const [slowRead] = slowReads
  const slowStore: TenantDevices = {
    report: (...call) => devices.report(...call),
    command: (...call) => devices.command(...call),
    forget: (place) => devices.forget(place),
    runs: (place) => devices.runs(place),
    list: (wanted) => slowReads.shift()?.promise ?? devices.list(wanted),
  }
  const service = createDeviceService({ clock, store: { ...store, tenant: () => slowStore } })
  const told: (readonly string[])[] = []
  const connection = service.connect(identityOf('ann'), 'phone', (commands) => told.push(commands.map(({ kind }) => kind)))
  const before = await devices.list({})
  await service.command(identityOf('ann'), { deviceId: 'phone' }, { kind: 'start' })
  slowRead?.resolve(before)
  await connection.waiting
  expect(told).toEqual([['pause', 'start']])
})
