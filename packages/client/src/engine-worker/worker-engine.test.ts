import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { ChangesResponse, SyncResponse } from '@rejoin/core'
import { createSeededRandom } from '@rejoin/core/testing'
import { expose, wrap } from 'comlink'
import { expect, onTestFinished, test, vi } from 'vitest'
import { hintedConnectivity } from '../connectivity/hinted-connectivity.ts'
import { noNetworkHints } from '../connectivity/network-hints.ts'
import { hostTime } from '../host/host-time.ts'
import { createMemoryRecordDatabase, RecordDisk } from '../record-database/memory-record-database.ts'
import { createMemoryScopeRegistry } from '../scope/memory-scope-registry.ts'
import { alwaysAwake } from '../sync/page-life.ts'
import type { TransportReply } from '../sync/sync-transport.ts'
import { deafReplayer } from '../testing/deaf-replayer.ts'
import { FakeSignals } from '../testing/fake-browser.ts'
import { FakeLocks } from '../testing/fake-locks.ts'
import { FakeRecordServer } from '../testing/fake-record-server.ts'
import { openTestRecords, stockSchema } from '../testing/test-records.ts'
import type { EngineSurface } from './engine-surface.ts'
import { WorkerDeputy } from './worker-deputy.ts'
import { WorkerEngine } from './worker-engine.ts'
import type { WorkerLike } from './worker-like.ts'

const settled = { timeout: 4_000 }

/** A worker at the other end of a channel, a server behind it, and the page's end. */
function openWorker() {
  const { port1, port2 } = new MessageChannel()
  const locks = new FakeLocks()
  const server = new FakeRecordServer(stockSchema)
  const disks = new Map<string, RecordDisk>()
  const tokens: string[] = []
  const diskOf = (name: string): RecordDisk => {
    const disk = disks.get(name) ?? new RecordDisk()
    disks.set(name, disk)
    return disk
  }
  const engine = new WorkerEngine({
    schema: stockSchema,
    ...hostTime,
    random: createSeededRandom(1),
    idRandom: createSeededRandom(2),
    yieldToHost: () => Promise.resolve(),
    openRegistry: () => createMemoryScopeRegistry(() => 'id'),
    openDatabase: (name) => createMemoryRecordDatabase({ disk: diskOf(name) }),
    openChannel: () => undefined,
    createReplayer: () => deafReplayer,
    createTransport: (_url, getToken) => {
      const answer = async <Body extends ChangesResponse | SyncResponse>(body: () => Body): Promise<TransportReply<Body>> => {
        tokens.push((await getToken?.()) ?? 'none')
        return { type: 'answered', body: body(), roundTripMs: 1 }
      }
      return {
        traffic: () => ({ requests: 0, bytesSent: 0, bytesReceived: 0 }),
        push: (body) => answer(() => server.push(body)),
        pull: ({ checkpoint }) => answer(() => server.pull(checkpoint)),
        renewToken: () => Promise.resolve({ type: 'renewed' }),
        follow: () => () => undefined,
      }
    },
    locks,
  })
  expose(engine, port2)
  port2.start()
  onTestFinished(() => {
    port1.close()
    port2.close()
  })
  return { port1, locks, server, tokens, diskOf }
}

type Opened = ReturnType<typeof openWorker>

function openDeputy(
  { port1, locks }: Pick<Opened, 'locks'> & { readonly port1: WorkerLike },
  databaseName: string,
  user: string,
  { isKept = true } = {},
) {
  const signals = new FakeSignals()
  const told: string[] = []
  const deputy = new WorkerDeputy({
    worker: port1,
    order: {
      url: 'https://sync.example',
      databaseName,
      owner: { tenant: 'acme', user },
      isEnabledAtFirst: true,
      settings: {},
      lifeLock: `${databaseName}/life`,
    },
    page: {
      getToken: () => Promise.resolve(`token of ${user}`),
      observer: {
        runStarted: ({ trigger }) => void told.push(trigger),
        attemptFailed: () => undefined,
        runEnded: ({ outcome }) => void told.push(outcome),
      },
    },
    locks,
    signals,
    pageLife: alwaysAwake,
    connectivity: hintedConnectivity(() => true, noNetworkHints),
  })
  if (isKept) onTestFinished(() => deputy.close())
  return { deputy, signals, told }
}

const makeIn = (worker: Opened, databaseName: string, name: string, seed = 3) =>
  openTestRecords({ disk: worker.diskOf(databaseName), seed }).records.product.create({ name })

const namesOn = ({ server }: Opened): readonly unknown[] => server.rows().map(({ fields }) => fields['name'])

test('[DR13] a worker sends for its page, with the page’s token, and the page’s observer hears of it', async () => {
  const worker = openWorker()
  const { told } = openDeputy(worker, 'of ann', 'ann')
  await makeIn(worker, 'of ann', 'Beet')
  await vi.waitFor(() => expect(namesOn(worker)).toEqual(['Beet']), settled)
  expect(new Set(worker.tokens)).toEqual(new Set(['token of ann']))
  await vi.waitFor(() => expect(told).toContain('done'), settled)
  expect(told[0]).toBe('start')
})

/** Whatever was told the worker before this is heard after it. */
async function untilHeard({ port1 }: Opened): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await wrap<EngineSurface>(port1).stop('nobody')
}

test('[DR13] what happens to the page happens to its worker', async () => {
  const worker = openWorker()
  const { deputy, signals } = openDeputy(worker, 'of ann', 'ann')
  await vi.waitFor(() => expect(worker.locks.countOf('of ann/life')).toBe(2), settled)
  const switches = [
    [() => signals.send('offline'), () => signals.send('online')],
    [() => deputy.setOnline(false), () => deputy.setOnline(true)],
  ] as const
  for (const [index, [stop, go]] of switches.entries()) {
    stop()
    await untilHeard(worker)
    await makeIn(worker, 'of ann', 'Beet', index + 5)
    await untilHeard(worker)
    expect(namesOn(worker)).toHaveLength(index)
    go()
    await vi.waitFor(() => expect(namesOn(worker)).toHaveLength(index + 1), settled)
  }
})

test('[DR13] the end of one session does not end the next', async () => {
  const worker = openWorker()
  const first = openDeputy(worker, 'of nobody', 'nobody')
  const second = openDeputy(worker, 'of ann', 'ann')
  await first.deputy.gone
  first.deputy.close()
  await makeIn(worker, 'of ann', 'Beet')
  await vi.waitFor(() => expect(namesOn(worker)).toEqual(['Beet']), settled)
  second.deputy.close()
  await vi.waitFor(() => expect(worker.locks.countOf('of ann/life')).toBe(0), settled)
})

/** Resolves when what nobody holds was collected, and whoever waited for that has acted. What only the collected held goes a turn later. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('this Node collects no garbage when asked')
  let collected = 0
  const registry = new FinalizationRegistry(() => collected++)
  // In a function of its own, so that this one holds nothing of it.
  const drop = (): void => registry.register({}, undefined)
  for (let turn = 1; turn <= 5; turn++) {
    drop()
    await vi.waitFor(() => {
      Reflect.apply(collect, undefined, [])
      expect(collected).toBe(turn)
    }, settled)
  }
}

test('[DR13] a worker that no session used for a while is there for the next one', async () => {
  const worker = openWorker()
  const useOnce = async (): Promise<void> => {
    const { deputy } = openDeputy(worker, 'of nobody', 'nobody', { isKept: false })
    await vi.waitFor(() => expect(worker.locks.countOf('of nobody/life')).toBe(2), settled)
    deputy.close()
    await vi.waitFor(() => expect(worker.locks.countOf('of nobody/life')).toBe(0), settled)
  }
  await useOnce()
  await collectGarbage()
  openDeputy(worker, 'of ann', 'ann')
  await makeIn(worker, 'of ann', 'Beet')
  await vi.waitFor(() => expect(namesOn(worker)).toEqual(['Beet']), settled)
})

test('[DR13] a worker is listened to no longer than it is of use', async () => {
  const worker = openWorker()
  const added = vi.spyOn(worker.port1, 'addEventListener')
  const { deputy } = openDeputy(worker, 'of ann', 'ann')
  await vi.waitFor(() => expect(worker.locks.countOf('of ann/life')).toBe(2), settled)
  deputy.close()
  await deputy.gone
  const next = openDeputy(worker, 'of bob', 'bob')
  await vi.waitFor(() => expect(worker.locks.countOf('of bob/life')).toBe(2), settled)
  next.deputy.close()
  expect(added.mock.calls.filter(([type]) => type === 'message')).toHaveLength(1)
  expect(
    added.mock.calls.flatMap(([type, , options]) =>
      type === 'error' && typeof options === 'object' ? [options.signal?.aborted] : [],
    ),
  ).toEqual([true, true])
})

test('[DR13] that a worker died, or never began, is known', async () => {
  const worker = openWorker()
  const { deputy } = openDeputy(worker, 'of ann', 'ann')
  await vi.waitFor(() => expect(worker.locks.countOf('of ann/life')).toBe(2), settled)
  worker.locks.bury('of ann/life')
  await expect(deputy.gone).resolves.toBeUndefined()
  const broken: WorkerLike = {
    postMessage: () => undefined,
    removeEventListener: () => undefined,
    addEventListener: (type, listener) => {
      if (type === 'error' && typeof listener === 'function') listener(new Event('error'))
    },
  }
  await expect(openDeputy({ ...worker, port1: broken }, 'of bob', 'bob').deputy.gone).resolves.toBeUndefined()
})
