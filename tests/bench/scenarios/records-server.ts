import { performance } from 'node:perf_hooks'
import { jwtSecret, signToken } from '../../support/sign-token.ts'
import { readCpuSeconds } from '../process-usage.ts'
import { countRows } from '../records/count-rows.ts'
import { DeviceLoad } from '../records/device-load.ts'
import type { RecordSubject } from '../records/record-subject.ts'
import { startRecordServer } from '../records/rejoin.ts'
import type { MeasureContext, Scenario } from '../scenario.ts'

interface Load {
  readonly name: string
  readonly title: string
  readonly tenants: number
  readonly devicesPerTenant: number
}

const operationsPerBatch = 50
const goalPerSecond = 20_000
const operationsInAll = { warmUp: 20_000, measured: 120_000 }

function createServerScenario(load: Load): Scenario<RecordSubject> {
  return {
    name: load.name,
    title: load.title,
    metrics: [
      {
        key: 'perSecond',
        title: 'operations per second, each on the disk before its answer',
        digits: 0,
        summary: 'median',
        goal: { text: '≥ 20,000', isMet: (perSecond) => perSecond >= goalPerSecond },
      },
      { key: 'perCpuSecond', title: 'operations per server CPU-second', digits: 0, summary: 'median' },
      { key: 'processors', title: 'processors that the server used', digits: 2, summary: 'median' },
      {
        key: 'answerBytes',
        title: 'answered per operation (result, record, rows of the feed), bytes',
        digits: 0,
        summary: 'median',
      },
    ],
    measure: (context) => measureServer(load, context),
  }
}

async function measureServer(
  { tenants, devicesPerTenant }: Load,
  { dataDir, isQuick }: MeasureContext<RecordSubject>,
): Promise<Record<string, number>> {
  const server = await startRecordServer(dataDir, ['--auth', 'jwt', '--jwt-secret', jwtSecret])
  const { port } = server
  const places = Array.from({ length: tenants * devicesPerTenant }, (_, index) => index)
  const batchesOf = (operations: number): number =>
    Math.ceil((isQuick ? operations / 10 : operations) / operationsPerBatch / places.length)
  const batches = { warmUp: batchesOf(operationsInAll.warmUp), measured: batchesOf(operationsInAll.measured) }
  const devices = await Promise.all(
    places.map(async (place) => {
      const tenantId = `tenant-${place % tenants}`
      return new DeviceLoad({
        port,
        token: await signToken({ user: `user-${place}`, tenant: tenantId }),
        tenantId,
        deviceId: `device-${place}`,
        batches: batches.warmUp + batches.measured,
        operations: operationsPerBatch,
      })
    }),
  )
  const received = (): number => devices.reduce((sum, device) => sum + device.receivedCharacters, 0)
  await Promise.all(devices.map((device) => device.push(batches.warmUp)))

  const before = { at: performance.now(), cpuSeconds: readCpuSeconds(server.pid), received: received() }
  await Promise.all(devices.map((device) => device.push(batches.measured)))
  const seconds = (performance.now() - before.at) / 1_000
  const cpuSeconds = readCpuSeconds(server.pid) - before.cpuSeconds
  const operations = batches.measured * devices.length * operationsPerBatch
  const answered = received() - before.received

  for (const device of devices) device.close()
  let rows = 0
  for (let tenant = 0; tenant < tenants; tenant += 1) {
    rows += await countRows(server, await signToken({ user: 'auditor', tenant: `tenant-${tenant}` }))
  }
  await server.stop()
  const created = devices.reduce((sum, device) => sum + device.created, 0)
  if (rows !== created) throw new Error(`the server has ${rows} rows of ${created}`)
  return {
    perSecond: operations / seconds,
    perCpuSecond: operations / cpuSeconds,
    processors: cpuSeconds / seconds,
    answerBytes: answered / operations,
  }
}

export const recordsOneTenant = createServerScenario({
  name: 'records-one-tenant',
  title: 'Batches of 50 operations over HTTP, one tenant of eight devices',
  tenants: 1,
  devicesPerTenant: 8,
})

export const recordsManyTenants = createServerScenario({
  name: 'records-many-tenants',
  title: 'Batches of 50 operations over HTTP, 16 tenants of one device each',
  tenants: 16,
  devicesPerTenant: 1,
})
