import { createManualTime } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import { requestTimeoutMs } from './http-requests.ts'
import { shareRefresh } from './share-refresh.ts'

const time = createManualTime(0)

test('[LN8] one fresh token is fetched for all who ask while it is, and another one for who asks later', async () => {
  const asked: unknown[] = []
  const getToken = (options?: { readonly isRefused: boolean }): Promise<string> =>
    Promise.resolve(`token ${asked.push(options?.isRefused ?? false)}`)
  const [ofRecords, ofRequests] = [shareRefresh(getToken, time), shareRefresh(getToken, time)]
  const refused = { isRefused: true }
  expect(await Promise.all([ofRecords(refused), ofRequests(refused), ofRequests(refused)])).toEqual([
    'token 1',
    'token 1',
    'token 1',
  ])
  expect(await Promise.all([ofRecords(), ofRequests(), ofRequests(refused)])).toEqual(['token 2', 'token 3', 'token 4'])
  expect(asked).toEqual([true, false, false, true])
})

test('[LN8] where none can be had, all who waited hear so, and the next one asks anew', async () => {
  let count = 0
  const getToken = () => (++count === 1 ? Promise.reject(new Error('no network')) : Promise.resolve('fresh'))
  const share = shareRefresh(getToken, time)
  const refused = { isRefused: true }
  const outcomes = await Promise.allSettled([share(refused), share(refused)])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect([await share(refused), count]).toEqual(['fresh', 2])
})

test('[LN8] a sign-in that never answers is not waited for longer than its own requests do', async () => {
  const answers: ((token: string) => void)[] = []
  const share = shareRefresh(() => new Promise((resolve) => void answers.push(resolve)), time)
  const refused = { isRefused: true }
  const first = share(refused)
  time.advance(requestTimeoutMs)
  const again = [share(refused), share(refused)]
  answers[0]?.('late')
  expect([await first, answers.length]).toEqual(['late', 2])
  const joined = share(refused)
  answers[1]?.('fresh')
  expect([await Promise.all([...again, joined]), answers.length]).toEqual([['fresh', 'fresh', 'fresh'], 2])
})
