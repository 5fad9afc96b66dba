import { describe, expect, test } from 'vitest'
import { rest, SyncDevice } from '../testing/sync-device.ts'
import { openTestRecords } from '../testing/test-records.ts'
import { engineLimits } from './engine-limits.ts'

const beet = { name: 'Beet' }

describe('one tab', () => {
  test('[SN1] brings what was made to the server and says how far it is', async () => {
    const device = new SyncDevice()
    const tab = device.openTab()
    const seen: string[] = []
    tab.sync.subscribe(() => seen.push(tab.status))
    await tab.local.records.product.create(beet)
    await rest()
    expect(tab.sync.state).toMatchObject({ status: 'upToDate', pending: 0, inFlight: 0, failed: 0, lastError: undefined })
    expect(tab.sync.state).toMatchObject({ lastPushedAt: device.time.now(), lastSyncedAt: device.time.now() })
    expect(device.server.rows()).toMatchObject([{ fields: beet }])
    expect(seen.at(-1)).toBe('upToDate')
  })

  test('[SN1] a start is never shown as offline, nor as having nothing to send', async () => {
    const device = new SyncDevice()
    const { disk, time } = device
    await openTestRecords({ disk, time }).records.product.create(beet)
    const tab = device.openTab()
    const seen: unknown[] = []
    tab.sync.subscribe(() => seen.push(`${tab.status} ${tab.sync.state.pending}`))
    await rest()
    expect([...new Set(seen)]).toEqual(['syncing 1', 'upToDate 0'])
  })

  test('[SN1] what was last known of times is shown in every state, and nothing that is no part of it', async () => {
    const device = new SyncDevice()
    const tab = device.openTab()
    await tab.local.records.product.create(beet)
    await rest()
    const { lastSyncedAt, lastPushedAt, lastPulledAt } = tab.sync.state
    const times = { lastSyncedAt: device.time.now(), lastPushedAt: device.time.now() }
    expect({ lastSyncedAt, lastPushedAt }).toEqual(times)
    const counts = { pending: 0, inFlight: 0, failed: 0, attention: 0, current: 0, total: 0, nextRetryAt: undefined }
    tab.sync.setOnline(false)
    await rest()
    const lastError = { code: 'OFFLINE', message: 'Syncing is switched off.' }
    expect(tab.sync.state).toEqual({ status: 'offline', ...counts, ...times, lastPulledAt, lastError })
    tab.signals.send('offline')
    tab.sync.setOnline(true)
    await rest()
    expect(tab.sync.state).toMatchObject({ status: 'offline', ...times })
  })

  test('[SN2] P4: up to date ends at once with a change, and 45 s after the server was last heard of', async () => {
    const device = new SyncDevice()
    const tab = device.openTab()
    await rest()
    expect(tab.status).toBe('upToDate')
    device.network = 'silent'
    const written = tab.local.records.product.create(beet)
    const statusWhenWritten = written.then(() => tab.status)
    expect(await statusWhenWritten).toBe('syncing')
    await device.advance(engineLimits.workTimeoutMs)
    expect(tab.status).toBe('offline')
  })

  test('[SN2] without a word of the server an up to date becomes a probe, then offline', async () => {
    const device = new SyncDevice()
    const tab = device.openTab()
    await rest()
    device.network = 'silent'
    await device.advance(44_000)
    expect(tab.status).toBe('upToDate')
    await device.advance(1_500)
    expect(tab.status).toBe('syncing')
    device.network = 'down'
    await device.advance(engineLimits.workTimeoutMs)
    expect(tab.status).toBe('offline')
    device.network = 'up'
    await device.advance(60_000)
    expect(tab.status).toBe('upToDate')
  })

  test('[SN3] a web page in place of an answer leaves the outbox as it was; afterwards all of it goes (kill case 12)', async () => {
    const device = new SyncDevice()
    const tab = device.openTab()
    await rest()
    device.network = { type: 'unexpected', message: 'A web page came instead of an answer.' }
    await tab.local.records.product.create(beet)
    await device.advance(5_000)
    const reason = { code: 'UNEXPECTED_ANSWER', message: 'A web page came instead of an answer.' }
    expect(tab.sync.state).toMatchObject({ status: 'error', pending: 1, attention: 0, lastError: reason })
    expect((await tab.local.outbox.list()).map(({ attempts }) => attempts)).toEqual([0])
    device.network = 'up'
    await device.advance(60_000)
    expect(tab.sync.state).toMatchObject({ status: 'upToDate', pending: 0 })
    expect(device.server.judged).toHaveLength(1)
  })

  test('[SN4] three days of an expired sign-in lose nothing and ask seldom (kill case 44)', async () => {
    const device = new SyncDevice()
    const tab = device.openTab()
    await rest()
    const message = 'The token has ended.'
    device.network = { type: 'refused', status: 401, code: 'TOKEN_EXPIRED', message, retryAfterMs: undefined }
    await tab.local.records.product.create(beet)
    await rest()
    for (let hour = 0; hour < 72; hour++) {
      device.time.advance(3_600_000)
      await rest()
    }
    expect(tab.sync.state).toMatchObject({ status: 'error', pending: 1, lastError: { code: 'TOKEN_EXPIRED', message } })
    device.network = 'up'
    await tab.sync.syncNow()
    expect(tab.sync.state).toMatchObject({ status: 'upToDate', pending: 0 })
    expect(device.server.rows()).toHaveLength(1)
  })

  test('[SN5] a switch holds at whatever moment of the start it is thrown', async () => {
    for (let moment = 0; moment < 120; moment++) {
      for (const isEnabled of [true, false]) {
        const device = new SyncDevice()
        const tab = device.openTab({ isEnabledAtFirst: !isEnabled })
        for (let turn = 0; turn < moment; turn++) await Promise.resolve()
        await tab.sync.setEnabled(isEnabled)
        await rest()
        expect([moment, tab.sync.isEnabled, tab.status]).toEqual([moment, isEnabled, isEnabled ? 'upToDate' : 'paused'])
        tab.sync.close()
      }
    }
  })

  test('[SN5] nothing leaves the device while syncing is not enabled; enabling pushes all of it, deletes included', async () => {
    const device = new SyncDevice()
    const tab = device.openTab({ isEnabledAtFirst: false })
    const { product } = tab.local.records
    const { id } = await product.create(beet)
    await product.create({ name: 'Leek' })
    await product.delete(id)
    await device.advance(60_000)
    expect([tab.status, device.requests, device.feeds.size]).toEqual(['paused', [], 0])
    await tab.sync.setEnabled(true)
    await rest()
    expect(tab.status).toBe('upToDate')
    expect(device.server.rows().map(({ fields }) => fields['name'])).toEqual(['Leek'])
    await tab.sync.setEnabled(false)
    expect([tab.status, device.feeds.size]).toEqual(['paused', 0])
    await tab.close()
    const again = device.openTab()
    await rest()
    expect(again.status).toBe('paused')
  })

  test('[SN6] the person’s switch: offline with what waits, and everything at once afterwards', async () => {
    const device = new SyncDevice()
    const tab = device.openTab()
    await rest()
    tab.sync.setOnline(false)
    await tab.local.records.product.create(beet)
    await device.advance(60_000)
    expect(tab.sync.state).toMatchObject({ status: 'offline', pending: 1, lastError: { message: 'Syncing is switched off.' } })
    tab.sync.setOnline(true)
    await rest()
    expect(tab.status).toBe('upToDate')
  })

  test('[SN7] the browser’s offline is a cut, its online an end of waiting', async () => {
    const device = new SyncDevice()
    const tab = device.openTab()
    await rest()
    tab.signals.send('offline')
    expect(tab.sync.state).toMatchObject({ status: 'offline', lastError: { message: 'There is no network.' } })
    await tab.local.records.product.create(beet)
    await device.advance(300_000)
    expect(device.requests).toEqual(['pull'])
    tab.signals.send('online')
    await rest()
    expect(tab.status).toBe('upToDate')
  })

  test('[SN8] a clock that is set back a day stops no timer', async () => {
    const device = new SyncDevice()
    let setBackMs = 0
    const tab = device.openTab({ clock: { now: () => device.time.now() - setBackMs } })
    await rest()
    device.network = 'down'
    await tab.local.records.product.create(beet)
    await rest()
    setBackMs = 24 * 3600_000
    device.network = 'up'
    await device.advance(5_000)
    expect(tab.status).toBe('upToDate')
  })
})

test('[SN8] a retry that was planned by a clock ten years ahead is made when the clock is right again', async () => {
  const device = new SyncDevice()
  let aheadMs = 10 * 365 * 24 * 3600_000
  const tab = device.openTab({ clock: { now: () => device.time.now() + aheadMs } })
  device.server.interfere = () => ({ status: 'rejected', code: 'INTERNAL' })
  await tab.local.records.product.create(beet)
  await device.advance(5_000)
  expect(tab.sync.state).toMatchObject({ status: 'syncing', pending: 1, inFlight: 1 })
  aheadMs = 0
  device.server.interfere = () => undefined
  await device.advance(60_000)
  expect(tab.sync.state).toMatchObject({ status: 'upToDate', pending: 0 })
})

describe('several tabs', () => {
  test('[DR1] one drains, the others show what it says, and never an up to date against their own eyes', async () => {
    const device = new SyncDevice()
    const [one, two] = [device.openTab(), device.openTab()]
    await rest()
    await device.advance(3_000)
    expect([one.status, two.status]).toEqual(['upToDate', 'upToDate'])
    expect(device.requests).toEqual(['pull'])
    await two.local.records.product.create(beet)
    await rest()
    expect(device.requests).toEqual(['pull', 'push 1'])
    device.network = 'silent'
    await two.local.records.product.create({ name: 'Leek' })
    expect(two.status).toBe('syncing')
    await rest()
    expect(two.sync.state).toMatchObject({ status: 'syncing', pending: 1 })
  })

  test('[DR2] the next in the queue goes on when a tab closes', async () => {
    const device = new SyncDevice()
    const [one, two] = [device.openTab(), device.openTab()]
    await rest()
    await one.close()
    await two.local.records.product.create(beet)
    await rest()
    expect([two.status, device.server.rows().length]).toEqual(['upToDate', 1])
  })

  test('[DR3] a tab frozen in mid-request is replaced by a visible one within 10 s; thawed, it settles nothing (kill case 36)', async () => {
    const device = new SyncDevice()
    const [one, two] = [device.openTab(), device.openTab()]
    await rest()
    // The server takes the request, and the answer finds nobody.
    device.server.interfere = () => {
      if (!one.isFrozen) one.freeze(false)
      return undefined
    }
    const { id } = await one.local.records.product.create(beet)
    await rest()
    expect([one.isFrozen, device.server.rows().length]).toEqual([true, 1])
    await two.local.records.product.update(id, { priceCents: 7 })
    two.isVisible = true
    await device.advance(10_250)
    expect(two.sync.state).toMatchObject({ status: 'upToDate', pending: 0 })
    const rows = device.server.rows()
    expect(rows).toMatchObject([{ fields: { ...beet, priceCents: 7 } }])
    one.thaw()
    await device.advance(30_000)
    expect([one.status, two.status]).toEqual(['upToDate', 'upToDate'])
    expect(device.server.rows()).toEqual(rows)
    expect(await one.local.records.product.query()).toMatchObject([{ ...beet, priceCents: 7, meta: { isPending: false } }])
  })

  test('[DR4] only a visible tab steals; one that is shown later asks first', async () => {
    const device = new SyncDevice()
    const [one, two] = [device.openTab(), device.openTab()]
    two.isVisible = false
    await rest()
    one.freeze(false)
    await two.local.records.product.create(beet)
    await device.advance(60_000)
    expect([two.status, device.server.rows()]).toEqual(['syncing', []])
    two.isVisible = true
    two.signals.send('woke')
    await device.advance(2_250)
    expect([two.status, device.server.rows().length]).toEqual(['upToDate', 1])
  })

  test('[DR4] a tab that nobody told that it is visible notices by itself', async () => {
    const device = new SyncDevice()
    const [one, two] = [device.openTab(), device.openTab()]
    two.isVisible = false
    await rest()
    one.freeze(false)
    await device.advance(60_000)
    two.isVisible = true
    await device.advance(10_250)
    expect(two.status).toBe('upToDate')
  })

  test('[DR4] a hidden tab that still answers is left alone', async () => {
    const device = new SyncDevice()
    const [one, two] = [device.openTab(), device.openTab()]
    await rest()
    await device.advance(60_000)
    await one.close()
    await rest()
    expect(two.status).toBe('upToDate')
    expect(device.requests.filter((request) => request === 'pull').length).toBeLessThan(6)
  })

  test('[DR5] a tab that is told that it will be frozen lets the lock go, and comes back', async () => {
    const device = new SyncDevice()
    const [one, two] = [device.openTab(), device.openTab()]
    await rest()
    one.freeze(true)
    await two.local.records.product.create(beet)
    await rest()
    expect(two.status).toBe('upToDate')
    one.thaw()
    await device.advance(3_000)
    expect(one.status).toBe('upToDate')
  })

  test('[DR6] "Sync now" in one tab runs in the one that drains', async () => {
    const device = new SyncDevice()
    const [one, two] = [device.openTab(), device.openTab()]
    await rest()
    device.network = 'down'
    await one.local.records.product.create(beet)
    await device.advance(1_000)
    device.network = 'up'
    expect(await two.sync.syncNow()).toMatchObject({ status: 'upToDate', pending: 0 })
  })

  test('[DR7] enabling and disabling in one tab counts for all', async () => {
    const device = new SyncDevice()
    const [one, two] = [device.openTab(), device.openTab()]
    await rest()
    await two.sync.setEnabled(false)
    await rest()
    expect([one.status, two.status, device.feeds.size]).toEqual(['paused', 'paused', 0])
    await two.sync.setEnabled(true)
    await rest()
    expect([one.status, two.status]).toEqual(['upToDate', 'upToDate'])
  })

  test('[DR8] without news an up to date is not repeated: the word of another tab holds for 10 s at most', async () => {
    const device = new SyncDevice()
    const [one, two] = [device.openTab(), device.openTab()]
    two.isVisible = false
    await device.advance(3_000)
    expect(two.status).toBe('upToDate')
    one.freeze(false)
    await device.advance(10_250)
    expect(two.status).toBe('syncing')
  })

  test('[DR10] a tab of another version of this code is not understood, and left to its work (kill case 42)', async () => {
    const device = new SyncDevice()
    const one = device.openTab()
    await rest()
    const newer = device.browser.openChannel()
    const two = device.openTab()
    one.freeze(false)
    for (let second = 0; second < 60; second++) {
      newer.postMessage({ type: 'reigning', state: { status: 'dreaming' } })
      newer.postMessage({ type: 'unheardOf' })
      await device.advance(1_000)
    }
    expect([two.status, two.sync.state.lastError]).toEqual(['syncing', undefined])
    await two.local.records.product.create(beet)
    await rest()
    expect(device.server.rows()).toEqual([])
    await device.advance(11_000)
    expect([two.status, device.server.rows().length]).toEqual(['upToDate', 1])
  })

  test('[DR9] a database that became another person’s is drained no more by a tab that does not know', async () => {
    const device = new SyncDevice()
    let isOurs = true
    const one = device.openTab({ mayDrain: () => Promise.resolve(isOurs) })
    await rest()
    isOurs = false
    const two = device.openTab({ tenantId: 'globex' })
    await rest()
    two.sync.announceOwner()
    await rest()
    await one.local.records.product.create(beet)
    await device.advance(15_000)
    expect(one.sync.state).toMatchObject({ status: 'error', lastError: { code: 'SIGNED_IN_ELSEWHERE' } })
    expect(device.server.judged.map(({ tenantId }) => tenantId)).toEqual(['globex'])
  })
})
