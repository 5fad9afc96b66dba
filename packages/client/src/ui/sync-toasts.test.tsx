// @vitest-environment happy-dom
import { createRoot } from 'react-dom/client'
import { toast } from 'sonner'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { RejoinProvider } from '../react/index.ts'
import { sampleItem, sampleState } from '../testing/sample-shown.ts'
import { openToldClient, type ShownApp } from '../testing/told-client.ts'
import { SyncToasts } from './sync-toasts.tsx'

// Toasts come and go by timers of their own, so that nothing here is wrapped in `act`.
function mount(client: ShownApp) {
  const host = document.createElement('div')
  document.body.append(host)
  const root = createRoot(host)
  onTestFinished(() => {
    root.unmount()
    host.remove()
  })
  root.render(
    <RejoinProvider client={client}>
      <SyncToasts />
    </RejoinProvider>,
  )
  const all = (testId: string) => [...document.querySelectorAll<HTMLElement>(`[data-testid="${testId}"]`)]
  return {
    texts: (testId: string) => all(testId).map(({ textContent }) => textContent),
    click: (testId: string) => all(testId)[0]?.click(),
  }
}

beforeEach(() => {
  toast.dismiss()
  localStorage.clear()
})

const failed = sampleItem({ id: 7, kind: 'failed', title: 'Create recipe', code: 'INTERNAL' })

test('[UI7] a failure is told by name until the person says something', async () => {
  const { client, asked } = openToldClient([failed, sampleItem({ id: 8, kind: 'blocked' })])
  const { texts, click } = mount(client)
  await vi.waitFor(() => expect(texts('attention-toast')).toHaveLength(1))
  expect(texts('attention-toast')[0]).toContain('Sync failed for Create recipe')
  expect([texts('toast-retry'), texts('toast-dismiss'), texts('toast-review')]).toEqual([['Retry now'], ['Dismiss'], []])
  click('toast-retry')
  click('toast-dismiss')
  expect(asked).toEqual([
    ['retry', 7],
    ['dismiss', 7],
  ])
})

test('[UI4, UI6] kept offline, under way, arrived; good news leave after three seconds', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  onTestFinished(() => void vi.useRealTimers())
  const { client, tell } = openToldClient()
  const { texts } = mount(client)
  tell({})
  tell({ status: 'offline', pending: 5 })
  await vi.waitFor(() => expect(texts('sync-toast')).toEqual(['Saved offline. Will sync when online.']))
  tell({ status: 'syncing', pending: 3, current: 2, total: 5 })
  await vi.waitFor(() => expect(texts('sync-toast')).toContain('Syncing changes… (2 of 5)'))
  tell({})
  await vi.waitFor(() => expect(texts('sync-toast')).toEqual(['Your changes have been synced!']))
  await vi.advanceTimersByTimeAsync(2_500)
  expect(texts('sync-toast')).toEqual(['Your changes have been synced!'])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(texts('sync-toast')).toEqual([])
})

test('[UI6] what a service worker delivered while no page was open is told when one is', async () => {
  const { client } = openToldClient()
  const sync = { ...client.sync, state: sampleState(), takeBackgroundRun: async () => ({ settled: 2, at: 0, isComplete: true }) }
  const { texts } = mount({ ...client, sync })
  await vi.waitFor(() => expect(texts('sync-toast')).toEqual(['Your changes have been synced!']))
})

test('[UI17] nothing is heard before the person wants it', async () => {
  const tones: string[] = []
  vi.stubGlobal(
    'AudioContext',
    class {
      readonly currentTime = 0
      readonly destination = {}
      createGain = () => ({ connect: () => undefined, gain: { value: 0 } })
      createOscillator = () => ({
        frequency: { value: 0 },
        connect: () => undefined,
        start: () => void tones.push('tone'),
        stop: () => undefined,
        addEventListener: () => undefined,
      })
    },
  )
  const silent = mount(openToldClient([failed]).client)
  await vi.waitFor(() => expect(silent.texts('attention-toast')).toHaveLength(1))
  expect(tones).toEqual([])
  localStorage.setItem('rejoin:sound', 'on')
  window.dispatchEvent(new StorageEvent('storage'))
  mount(openToldClient([sampleItem({ id: 9, kind: 'rejected' })]).client)
  await vi.waitFor(() => expect(tones.length).toBeGreaterThan(0))
})
