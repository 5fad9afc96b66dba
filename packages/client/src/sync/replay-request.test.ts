import { expect, test } from 'vitest'
import { FakeAppServer, sampleRequest } from '../testing/fake-app-server.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { replayRequest } from './replay-request.ts'

test('[LN5] what was given up while it was taken from the outbox does not leave any more', async () => {
  const { requests, syncStore, time } = openTestRecords()
  await requests.keep(sampleRequest('/one'))
  const [fence, app] = [await syncStore.takeFence(), new FakeAppServer()]
  const [wanted, given] = [{ workId: 2 }, { workId: 1 }]
  const replay = ({ workId }: { readonly workId: number }) =>
    replayRequest(
      {
        store: syncStore,
        replayer: app,
        fence,
        tenantId: 'acme',
        clock: time,
        tally: () => undefined,
        readCounts: async () => ({ counts: await syncStore.counts(time.now()), isLatest: true }),
        isWanted: (id) => id === wanted.workId,
      },
      workId,
      { type: 'replay', lane: 'requests', isTokenRefused: false },
    )
  expect(await replay(given)).toMatchObject({ verdict: { type: 'none' }, settledCount: 0, counts: { pending: 1, inFlight: 1 } })
  expect(app.paths).toEqual([])
  expect(await replay(wanted)).toMatchObject({ verdict: { type: 'done' }, settledCount: 1, counts: { pending: 0 } })
  expect(app.paths).toEqual(['/one'])
})
