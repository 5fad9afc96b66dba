import { deviceLimits, defaultBackgroundSyncSettings, type Clock, type DeviceReport, type SyncMetrics } from '@rejoin/core'
import { createManualTime, type ManualTime } from '@rejoin/core/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { DeviceStore, TenantDevices } from '../devices/device-store.ts'

export interface DeviceStoreUnderTest {
  readonly store: DeviceStore
  close(): Promise<void>
}

/** A report of a device that is well. */
export function sampleReport(more: Partial<DeviceReport> = {}): DeviceReport {
  return {
    deviceId: 'phone',
    currentProgress: null,
    connectivity: { isOnline: true, connectionType: 'wifi', connectionQuality: 'good', lastConnected: 1, batteryLevel: 80 },
    queueSize: 0,
    settings: defaultBackgroundSyncSettings,
    runs: [],
    acknowledgedThrough: 0,
    ...more,
  }
}

/** The nth run of a device, a minute after the one before. */
export function sampleRun(minute: number, more: Partial<SyncMetrics> = {}): SyncMetrics {
  const startedAt = new Date(minute * 60_000).toISOString()
  return { startedAt, durationMs: 1_000, isSuccessful: true, items: 1, requests: 1, bytes: 100, errors: 0, ...more }
}

/** What every device store keeps (packages/server/SPEC.md, rules DS). `open` gives a fresh, empty store by this clock. */
export function deviceStoreContract(name: string, open: (clock: Clock) => Promise<DeviceStoreUnderTest>): void {
  const openStore = async (): Promise<DeviceStoreUnderTest & { readonly time: ManualTime; readonly acme: TenantDevices }> => {
    const time = createManualTime(1_000_000)
    const opened = await open(time)
    onTestFinished(() => opened.close())
    return { ...opened, time, acme: opened.store.tenant('acme') }
  }
  const ann = { user: 'ann', deviceId: 'phone' }

  describe(`${name}: reports`, () => {
    test('[DS1] what a device said last is what is listed, with its time', async () => {
      const { acme, time } = await openStore()
      await acme.report('ann', sampleReport({ queueSize: 5, name: 'ü "phone"' }))
      time.advance(1_000)
      const { runs: _runs, ...latest } = sampleReport({ queueSize: 2, lastError: { code: 'OFFLINE', message: '' } })
      await acme.report('ann', { ...latest, runs: [] })
      expect(await acme.list({})).toEqual([{ user: 'ann', report: latest, reportedAt: 1_001_000, commands: [] }])
    })

    test('[DS2] devices are listed by user and by id, those heard of last first', async () => {
      const { acme, time } = await openStore()
      for (const [user, deviceId] of [
        ['ann', 'phone'],
        ['ann', 'tablet'],
        ['bob', 'phone'],
        [null, 'phone'],
        ['', 'phone'],
      ] as const) {
        await acme.report(user, sampleReport({ deviceId }))
        time.advance(1)
      }
      const listed = async (wanted: Parameters<TenantDevices['list']>[0]) =>
        (await acme.list(wanted)).map(({ user, report }) => [user, report.deviceId])
      expect(await listed({ user: 'ann' })).toEqual([
        ['ann', 'tablet'],
        ['ann', 'phone'],
      ])
      expect(await listed({ user: null })).toEqual([[null, 'phone']])
      expect(await listed({ deviceId: 'phone' })).toEqual([
        ['', 'phone'],
        [null, 'phone'],
        ['bob', 'phone'],
        ['ann', 'phone'],
      ])
      expect(await listed({ user: 'bob', deviceId: 'tablet' })).toEqual([])
      expect(await listed({})).toHaveLength(5)
    })

    test('[DS3] a run told twice is one, and the latest 100 are kept, the oldest first', async () => {
      const { acme } = await openStore()
      const runs = Array.from({ length: 130 }, (_, minute) => sampleRun(minute))
      await acme.report('ann', sampleReport({ runs: runs.slice(50, 130) }))
      await acme.report('ann', sampleReport({ runs: runs.slice(0, 90).map((run) => ({ ...run, items: 7 })) }))
      const kept = await acme.runs(ann)
      expect(kept).toEqual([...runs.slice(30, 50).map((run) => ({ ...run, items: 7 })), ...runs.slice(50)])
      expect(await acme.runs({ user: 'bob', deviceId: 'phone' })).toEqual([])
    })

    test('[DS4] of one user 100 devices are kept: the one that was silent for longest goes', async () => {
      const { acme, time } = await openStore()
      await acme.report('bob', sampleReport())
      for (let index = 0; index <= deviceLimits.perUserMax; index++) {
        await acme.report('ann', sampleReport({ deviceId: `d${index}`, runs: [sampleRun(1)] }))
        time.advance(1)
      }
      const ids = (await acme.list({ user: 'ann' })).map(({ report }) => report.deviceId)
      expect([ids.length, ids.at(-1), await acme.runs({ user: 'ann', deviceId: 'd0' })]).toEqual([100, 'd1', []])
      expect(await acme.list({ user: 'bob' })).toHaveLength(1)
    })

    test('[DS5] nothing is shared between tenants', async () => {
      const { acme, store } = await openStore()
      const globex = store.tenant('globex')
      await acme.report('ann', sampleReport({ runs: [sampleRun(1)] }))
      expect([await globex.list({}), await globex.runs(ann), await globex.command(ann, { kind: 'start' })]).toEqual([
        [],
        [],
        undefined,
      ])
      await globex.forget(ann)
      expect([(await acme.list({})).length, (await acme.runs(ann)).length]).toEqual([1, 1])
    })

    test('[DS6] a device is forgotten with all that it told', async () => {
      const { acme } = await openStore()
      await acme.report('ann', sampleReport({ runs: [sampleRun(1)] }))
      await acme.command(ann, { kind: 'pause' })
      expect([await acme.forget(ann), await acme.forget(ann)]).toEqual([true, false])
      expect([await acme.list({}), await acme.runs(ann)]).toEqual([[], []])
      expect(await acme.report('ann', sampleReport())).toEqual([])
    })

    test('[DS6] one that is known again goes on with the numbers of its commands', async () => {
      const { acme } = await openStore()
      await acme.report('ann', sampleReport({ acknowledgedThrough: 7 }))
      expect((await acme.command(ann, { kind: 'pause' }))?.map(({ number }) => number)).toEqual([8])
    })

    test('[DS6] one that did more than this store knows of (a backup was restored) takes no number twice', async () => {
      const { acme } = await openStore()
      await acme.report('ann', sampleReport())
      await acme.command(ann, { kind: 'start' })
      expect(await acme.report('ann', sampleReport({ acknowledgedThrough: 7 }))).toEqual([])
      expect((await acme.command(ann, { kind: 'pause' }))?.map(({ number }) => number)).toEqual([8])
    })

    test('[DS7] what was told before a time is pruned, and nothing later', async () => {
      const { acme, store, time } = await openStore()
      await acme.report('ann', sampleReport({ runs: [sampleRun(1)] }))
      await acme.report('bob', sampleReport({ runs: [sampleRun(1)] }))
      time.advance(1_000)
      await acme.report('ann', sampleReport({ runs: [sampleRun(2)] }))
      while (await store.prune(1_000_500));
      expect((await acme.list({})).map(({ user }) => user)).toEqual(['ann'])
      expect(await acme.runs(ann)).toEqual([sampleRun(2)])
    })
  })

  describe(`${name}: commands`, () => {
    test('[DS8] commands are numbered and wait until they are acknowledged', async () => {
      const { acme } = await openStore()
      await acme.report('ann', sampleReport())
      const issuedAt = new Date(1_000_000).toISOString()
      const start = { kind: 'start', number: 1, issuedAt }
      const pause = { kind: 'pause', number: 2, issuedAt }
      expect(await acme.command(ann, { kind: 'start' })).toEqual([start])
      expect(await acme.command(ann, { kind: 'pause' })).toEqual([start, pause])
      expect(await acme.report('ann', sampleReport())).toEqual([start, pause])
      expect(await acme.report('ann', sampleReport({ acknowledgedThrough: 1 }))).toEqual([pause])
      expect((await acme.list({}))[0]?.commands).toEqual([pause])
      expect(await acme.report('ann', sampleReport({ acknowledgedThrough: 2 }))).toEqual([])
      expect(await acme.command(ann, { kind: 'start' })).toEqual([{ ...start, number: 3 }])
    })

    test('[DS9] the last of a kind wins: a resume undoes a pause, and of each setting the last counts', async () => {
      const { acme } = await openStore()
      await acme.report('ann', sampleReport())
      await acme.command(ann, { kind: 'pause' })
      await acme.command(ann, { kind: 'settings', settings: { syncIntervalMinutes: 10, minimumBatteryLevel: 50 } })
      await acme.command(ann, { kind: 'resume' })
      const waiting = await acme.command(ann, { kind: 'settings', settings: { syncIntervalMinutes: 30 } })
      expect(waiting?.map(({ number: _number, issuedAt: _at, ...command }) => command)).toEqual([
        { kind: 'settings', settings: { minimumBatteryLevel: 50 } },
        { kind: 'resume' },
        { kind: 'settings', settings: { syncIntervalMinutes: 30 } },
      ])
      expect(waiting?.map(({ number }) => number)).toEqual([2, 3, 4])
      const all = { minimumBatteryLevel: 20, syncIntervalMinutes: 5 }
      const last = await acme.command(ann, { kind: 'settings', settings: all })
      expect(last?.map(({ kind, number }) => [kind, number])).toEqual([
        ['resume', 3],
        ['settings', 5],
      ])
    })

    test('[DS9] what a device has carried out and could not acknowledge yet is not given to it once more with something else', async () => {
      const { acme } = await openStore()
      await acme.report('ann', sampleReport())
      await acme.command(ann, { kind: 'settings', settings: { syncIntervalMinutes: 10 } })
      await acme.command(ann, { kind: 'settings', settings: { minimumBatteryLevel: 50 } })
      const waiting = await acme.report('ann', sampleReport())
      const undone = waiting.filter(({ number }) => number > 1)
      expect(undone).toMatchObject([{ kind: 'settings', number: 2, settings: { minimumBatteryLevel: 50 } }])
      expect(JSON.stringify(undone)).not.toContain('syncIntervalMinutes')
    })

    test('[DS10] a device that nobody heard of takes no commands', async () => {
      const { acme } = await openStore()
      await acme.report('bob', sampleReport())
      expect(await acme.command(ann, { kind: 'start' })).toBeUndefined()
      expect((await acme.list({}))[0]?.commands).toEqual([])
    })
  })
}
