import { defaultBackgroundSyncSettings, deviceReportSchema, type DeviceCommand } from '@rejoin/core'
import { createManualTime } from '@rejoin/core/testing'
import { describe, expect, test } from 'vitest'
import { RecordDisk } from '../record-database/memory-record-database.ts'
import { FakeLocks } from '../testing/fake-locks.ts'
import { FakeDeviceServer, ReportingTab, sampleRunAt } from '../testing/reporting-device.ts'

const command = (number: number, kind: 'start' | 'pause' | 'resume'): DeviceCommand => ({
  kind,
  number,
  issuedAt: '2026-11-21T10:00:00.000Z',
})

describe('what is told, and when', () => {
  test('[FL6] what a device says fits the wire and tells nothing of what was synced', async () => {
    const tab = await ReportingTab.open()
    const { deviceId } = await tab.choice.change()
    expect(deviceReportSchema.parse(tab.server.reports[0])).toEqual({
      deviceId,
      name: 'Firefox on Android',
      currentProgress: null,
      connectivity: tab.connectivity.status,
      queueSize: 0,
      settings: defaultBackgroundSyncSettings,
      runs: [],
      acknowledgedThrough: 0,
    })
  })

  test('[FL6] a run under way has a progress and an estimate; and the name is the person’s', async () => {
    const tab = await ReportingTab.open()
    await tab.choice.change({ name: ' Kitchen ' })
    tab.show({ status: 'syncing', pending: 5, total: 5, current: 0 })
    await tab.pass(2_000)
    tab.show({ current: 2, pending: 3, lastSyncedAt: 1_000_000 })
    await tab.pass(2_000)
    expect(tab.server.reports.at(-1)).toMatchObject({
      name: 'Kitchen',
      currentProgress: { current: 2, total: 5, startedAt: new Date(1_000_000).toISOString() },
      queueSize: 3,
      // 4 s for two, so 6 s for three.
      estimatedCompletionTime: new Date(1_004_000 + 6_000).toISOString(),
      lastSyncedAt: new Date(1_000_000).toISOString(),
    })
  })

  test('[FL6] of an error the code is told, and a sentence of ours: never what somebody else said of it', async () => {
    const tab = await ReportingTab.open()
    const message = 'Order 4711 of Ms Beet is not known at https://app.example/orders?key=secret'
    for (const code of ['UNAUTHENTICATED', 'UNREACHABLE', 'DEVICE', 'OTHER']) {
      tab.show({ status: 'error', lastError: { code, message } })
      await tab.pass(2_000)
    }
    expect(tab.server.reports.slice(1).map(({ lastError }) => lastError)).toEqual([
      { code: 'UNAUTHENTICATED', message: 'The server asks to sign in again.' },
      { code: 'UNREACHABLE', message: 'The server could not be reached.' },
      { code: 'DEVICE', message: 'The database on the device fails.' },
      { code: 'OTHER', message: 'Something stands in the way of syncing.' },
    ])
    expect(JSON.stringify(tab.server.reports)).not.toContain('Beet')
  })

  test('[FL7] changes of two seconds are one report, and the last word is always told', async () => {
    const tab = await ReportingTab.open()
    for (let pending = 1; pending <= 20; pending++) {
      tab.show({ pending })
      await tab.pass(100)
    }
    await tab.pass(2_000)
    expect(tab.server.reports.map(({ queueSize }) => queueSize)).toEqual([0, 20])
  })

  test('[FL7] nothing is sent while nothing changes but times, speeds and a percent of the battery', async () => {
    const tab = await ReportingTab.open()
    tab.connectivity.become({ batteryLevel: 80 })
    await tab.pass(5_000)
    const count = tab.server.reports.length
    for (let minute = 0; minute < 60; minute++) {
      tab.connectivity.become({
        roundTripMs: minute,
        lastConnected: minute,
        networkSpeed: minute,
        batteryLevel: 80 + (minute % 2),
      })
      tab.show({ lastSyncedAt: tab.time.now(), lastPulledAt: tab.time.now() })
      await tab.pass(60_000)
    }
    expect(tab.server.reports.length).toBe(count)
    tab.connectivity.become({ connectionQuality: 'poor' })
    await tab.pass(0)
    expect(tab.server.reports.length).toBe(count + 1)
    expect(tab.time.pendingCount()).toBe(0)
  })

  test('[FL4] runs are told once, with the battery that they used, also over a reload', async () => {
    const disk = new RecordDisk()
    const tab = await ReportingTab.open({ disk })
    tab.connectivity.become({ batteryLevel: 80, isCharging: false })
    await tab.pass(2_000)
    const [first, second] = [sampleRunAt(1_002_000, { durationMs: 1_000 }), sampleRunAt(1_004_000, { outcome: 'failed' })]
    await tab.pass(500)
    tab.connectivity.become({ batteryLevel: 77 })
    tab.runs.become([first])
    await tab.pass(2_000)
    tab.runs.become([first, second])
    await tab.pass(2_000)
    expect(tab.server.reports.flatMap(({ runs }) => runs)).toEqual([
      {
        startedAt: new Date(1_002_000).toISOString(),
        durationMs: 1_000,
        isSuccessful: true,
        items: 3,
        requests: 2,
        bytes: 300,
        errors: 0,
        batteryUsed: 0.03,
        isCharging: false,
        connectionQuality: 'good',
        isCompressed: true,
      },
      expect.objectContaining({ isSuccessful: false, errors: 1, batteryUsed: 0 }),
    ])
    tab.reporter.close()
    const again = await ReportingTab.open({ disk, server: tab.server })
    const before = again.server.reports.length
    again.runs.become([first, second])
    await again.pass(2_000)
    expect(again.server.reports.slice(before)).toEqual([])
  })
})

describe('who tells', () => {
  test('[FL1] nothing is told, and no line is open, unless the person agreed, syncs, and is online', async () => {
    const tab = new ReportingTab()
    await tab.pass(10_000)
    expect([tab.server.reports, tab.server.lines, tab.choice.isEnabled]).toEqual([[], [], false])
    tab.isSyncEnabled = false
    await tab.choice.change({ isEnabled: true })
    await tab.pass(10_000)
    tab.isSyncEnabled = true
    tab.reporter.setOnline(false)
    await tab.pass(10_000)
    expect([tab.server.reports, tab.server.lines]).toEqual([[], []])
    tab.reporter.setOnline(true)
    await tab.pass(0)
    expect([tab.server.reports.length, tab.server.lines.length]).toEqual([1, 1])
    await tab.choice.change({ isEnabled: false })
    tab.show({ pending: 7 })
    await tab.pass(10_000)
    expect([tab.server.reports.length, tab.server.lines.length]).toEqual([1, 0])
  })

  test('[FL1] a report that was on its way when the person changed their mind, in another tab, is forgotten too', async () => {
    const tab = await ReportingTab.open()
    const { deviceId } = await tab.choice.change()
    for (const reply of [
      { type: 'answered', body: { commands: [command(1, 'pause')] }, roundTripMs: 1 },
      { type: 'unreachable', message: 'no answer' },
    ] as const) {
      const { promise, resolve } = Promise.withResolvers<typeof reply>()
      tab.server.answer = promise
      await tab.choice.change({ isEnabled: true })
      tab.show({ pending: tab.server.reports.length })
      await tab.pass(2_000)
      const sent = tab.server.reports.length
      await tab.choice.change({ isEnabled: false })
      resolve(reply)
      await tab.pass(60_000)
      expect([tab.server.forgotten.splice(0), tab.server.reports.length - sent]).toEqual([[deviceId], 0])
    }
    expect(tab.settings.value.enabled).toBe(true)
  })

  test('[FL1] the server is asked to forget once what is on its way has arrived', async () => {
    const tab = await ReportingTab.open()
    tab.reporter.close()
    const session = tab.openSession()
    const { promise, resolve } = Promise.withResolvers<Awaited<typeof tab.server.answer>>()
    tab.server.answer = promise
    await tab.pass(0)
    expect(tab.server.reports.length).toBe(2)
    const disabled = session.reporting.disable()
    await tab.pass(0)
    expect(tab.server.forgotten).toEqual([])
    resolve({ type: 'answered', body: { commands: [] }, roundTripMs: 1 })
    await disabled
    expect(new Set(tab.server.forgotten)).toEqual(new Set([tab.choice.facts?.deviceId]))
    session.close()
  })

  test('[FL1] a server that could not be asked to forget is asked again, later and later, also after a reload', async () => {
    const disk = new RecordDisk()
    const tab = await ReportingTab.open({ disk })
    const { deviceId } = await tab.choice.change()
    const session = tab.openSession()
    tab.server.isHearing = false
    await session.reporting.disable()
    session.close()
    await tab.pass(60_000)
    tab.reporter.close()
    expect([tab.server.forgotten, tab.choice.facts?.isForgetDue]).toEqual([[], true])
    const again = new ReportingTab({ disk, server: tab.server, time: tab.time })
    tab.server.isHearing = true
    again.signals.send('offline')
    await again.pass(60_000)
    expect(tab.server.forgotten).toEqual([])
    again.signals.send('online')
    await again.pass(300_000)
    await again.pass(300_000)
    expect([tab.server.forgotten, again.choice.facts?.isForgetDue, again.time.pendingCount()]).toEqual([[deviceId], false, 0])
  })

  test('[FL1] a page that ends before it could ask the server to forget leaves that to the next one', async () => {
    const disk = new RecordDisk()
    const tab = await ReportingTab.open({ disk })
    tab.reporter.close()
    const session = tab.openSession()
    tab.server.answer = new Promise(() => {})
    await tab.pass(0)
    expect(tab.server.reports.length).toBe(2)
    void session.reporting.disable()
    await tab.pass(0)
    session.close()
    expect(tab.server.forgotten).toEqual([])
    const again = new ReportingTab({ disk, server: tab.server, time: tab.time })
    await again.pass(60_000)
    expect([tab.server.forgotten, again.choice.facts?.isForgetDue]).toEqual([[again.choice.facts?.deviceId], false])
  })

  test('[FL1] whoever agrees again before the server was asked to forget is not forgotten', async () => {
    const tab = await ReportingTab.open()
    const session = tab.openSession()
    tab.server.isHearing = false
    await session.reporting.disable()
    await session.reporting.enable()
    tab.server.isHearing = true
    await tab.pass(300_000)
    expect([tab.server.forgotten, tab.choice.isEnabled]).toEqual([[], true])
    session.close()
  })

  test('[FL8] of several tabs one tells, and another goes on when it is closed', async () => {
    const shared = { disk: new RecordDisk(), locks: new FakeLocks(), server: new FakeDeviceServer(), time: createManualTime(0) }
    const [one, two] = [await ReportingTab.open(shared), await ReportingTab.open(shared)]
    expect([shared.server.reports.length, shared.server.lines.length]).toEqual([1, 1])
    one.reporter.close()
    await two.pass(10_000)
    expect([shared.server.reports.length, shared.server.lines.length]).toEqual([2, 1])
  })

  test('[FL9] what could not be told is told later, after growing waits, and the server’s wish is kept to', async () => {
    const tab = new ReportingTab()
    tab.server.answer = { type: 'unreachable', message: 'no answer' }
    await tab.choice.change({ isEnabled: true })
    await tab.pass(0)
    const sentAt: number[] = []
    for (let second = 0; second < 60; second++) {
      const before = tab.server.reports.length
      await tab.pass(1_000)
      if (tab.server.reports.length > before) sentAt.push(second + 1)
    }
    // Half of 5, 10, 20 and 40 s after the one before, and a second of the test's own steps.
    expect(sentAt).toEqual([3, 8, 18, 38])
    tab.server.answer = { type: 'refused', status: 429, code: 'TOO_FAST', message: 'wait', retryAfterMs: 600_000 }
    await tab.pass(40_000)
    const refused = tab.server.reports.length
    await tab.pass(590_000)
    expect(tab.server.reports.length).toBe(refused)
    tab.server.answer = { type: 'answered', body: { commands: [] }, roundTripMs: 1 }
    await tab.pass(10_000)
    expect(tab.server.reports.length).toBe(refused + 1)
    await tab.pass(600_000)
    expect(tab.server.reports.length).toBe(refused + 1)
  })
})

describe('commands', () => {
  test('[FL2] they are carried out in order and acknowledged; “start” is Sync now', async () => {
    const tab = await ReportingTab.open()
    tab.server.say([command(2, 'pause'), command(1, 'start')])
    await tab.pass(2_000)
    expect([tab.syncNowCount, tab.settings.value.enabled]).toEqual([1, false])
    expect(tab.server.reports.at(-1)).toMatchObject({ acknowledgedThrough: 2, settings: { enabled: false } })
    tab.server.say([
      command(3, 'resume'),
      { ...command(4, 'start'), kind: 'settings', settings: { syncIntervalMinutes: 30, enabled: true } },
    ])
    await tab.pass(2_000)
    expect(tab.settings.value).toEqual({ ...defaultBackgroundSyncSettings, syncIntervalMinutes: 30 })
    expect(tab.server.reports.at(-1)).toMatchObject({ acknowledgedThrough: 4 })
  })

  test('[FL3] each is carried out once, whatever way and how often it is told, also after a reload', async () => {
    const disk = new RecordDisk()
    const server = new FakeDeviceServer()
    server.answer = { type: 'answered', body: { commands: [command(1, 'start')] }, roundTripMs: 1 }
    const tab = await ReportingTab.open({ disk, server })
    server.say([command(1, 'start')])
    server.say([command(1, 'start')])
    tab.show({ pending: 1 })
    await tab.pass(5_000)
    expect(tab.syncNowCount).toBe(1)
    tab.reporter.close()
    const again = await ReportingTab.open({ disk, server })
    server.say([command(1, 'start')])
    await again.pass(5_000)
    expect([again.syncNowCount, server.reports.at(-1)?.acknowledgedThrough]).toEqual([0, 1])
  })

  test.each(['by the line', 'in an answer'])('[FL9] a command that failed is asked for again; it came %s', async (way) => {
    const tab = await ReportingTab.open()
    tab.isIll = true
    const pause = [command(1, 'pause')]
    tab.server.answer = { type: 'answered', body: { commands: pause }, roundTripMs: 1 }
    if (way === 'by the line') tab.server.say(pause)
    else tab.show({ pending: 1 })
    await tab.pass(2_000)
    expect(tab.settings.value.enabled).toBe(true)
    const before = tab.server.reports.length
    await tab.pass(10_000)
    await tab.pass(20_000)
    await tab.pass(40_000)
    // Later and later, as what could not be told.
    expect(tab.server.reports.length - before).toBeLessThanOrEqual(3)
    tab.isIll = false
    await tab.pass(300_000)
    await tab.pass(2_000)
    expect(tab.settings.value.enabled).toBe(false)
    expect(tab.server.reports.at(-1)?.acknowledgedThrough).toBe(1)
  })

  test('[FL10] the line is opened again after a cut, later and later, and at once when there is a network again', async () => {
    const tab = await ReportingTab.open()
    const opened: number[] = []
    for (let second = 0; second < 12; second++) {
      if (tab.server.lines.length > 0) opened.push(second)
      tab.server.cut()
      await tab.pass(1_000)
    }
    expect(opened).toEqual([0, 1, 2, 4, 8])
    tab.signals.send('woke')
    await tab.pass(0)
    expect(tab.server.lines.length).toBe(1)
  })

  test('[FL10] a word makes no line a good one, a minute does', async () => {
    const tab = await ReportingTab.open()
    const opened: number[] = []
    for (let second = 0; second < 12; second++) {
      if (tab.server.lines.length > 0) opened.push(second)
      tab.server.say([])
      tab.server.cut()
      await tab.pass(1_000)
    }
    expect(opened).toEqual([0, 1, 2, 4, 8])
    await tab.pass(80_000)
    tab.server.cut()
    await tab.pass(1_000)
    expect(tab.server.lines.length).toBe(1)
  })

  test('[FL11] a device that was numbered anew is another one: nothing was told or done under its id yet', async () => {
    const tab = await ReportingTab.open()
    tab.runs.become([sampleRunAt(1_001_000)])
    tab.server.say([command(5, 'pause')])
    await tab.pass(2_000)
    const { deviceId: before } = await tab.choice.change()
    await tab.fork()
    tab.show({ pending: 1 })
    await tab.pass(2_000)
    const report = tab.server.reports.at(-1)
    expect(report).toMatchObject({ acknowledgedThrough: 0, runs: [{ startedAt: new Date(1_001_000).toISOString() }] })
    expect(report?.deviceId).not.toBe(before)
    await tab.pass(2_000)
    expect(tab.server.lines.map(({ deviceId }) => deviceId)).toEqual([report?.deviceId])
  })
})
