// @vitest-environment happy-dom
import { act, StrictMode, type ReactElement, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { RejoinProvider } from '../react/index.ts'
import { sampleItem } from '../testing/sample-shown.ts'
import { openOfflineClient, openToldClient, type ShownApp } from '../testing/told-client.ts'
import {
  AttentionInbox,
  BackgroundSyncNotice,
  OutboxInspector,
  RecordWordsProvider,
  SyncActivityChart,
  SyncProgress,
  SyncSettings,
  SyncStatusIndicator,
} from './index.ts'

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)

async function mount(client: ShownApp, parts: ReactNode) {
  const host = document.createElement('div')
  document.body.append(host)
  const root = createRoot(host)
  onTestFinished(async () => {
    await act(async () => root.unmount())
    host.remove()
  })
  const page: ReactElement = (
    <StrictMode>
      <RejoinProvider client={client}>{parts}</RejoinProvider>
    </StrictMode>
  )
  await act(async () => root.render(page))
  const all = (testId: string) => [...document.querySelectorAll<HTMLElement>(`[data-testid="${testId}"]`)]
  return {
    host,
    all,
    texts: (testId: string) => all(testId).map(({ textContent }) => textContent),
    click: (testId: string) => act(async () => all(testId)[0]?.click()),
  }
}

/** Follows timers and effects until it holds. */
const until = (check: () => void): Promise<void> =>
  vi.waitFor(async () => {
    await act(async () => undefined)
    check()
  })

describe('status and progress', () => {
  test('[UI2] the status is announced politely, in words beside its icon, and takes an app’s attributes', async () => {
    const { client, tell } = openToldClient()
    const { all } = await mount(client, <SyncStatusIndicator data-testid="mine" className="of-the-app" />)
    await act(async () => tell({ status: 'offline', pending: 2 }))
    const [status] = all('mine')
    expect([status?.getAttribute('role'), status?.getAttribute('aria-live'), status?.textContent]).toEqual([
      'status',
      'polite',
      'Offline · 2 waiting',
    ])
    expect([status?.dataset['status'], status?.classList.contains('of-the-app')]).toEqual(['offline', true])
    expect(status?.querySelector('svg')?.getAttribute('aria-hidden')).toBe('true')
  })

  test('[UI3] progress as a line, in words, and with every change by name', async () => {
    const { client, tell } = openToldClient()
    await client.records.product.create({ name: 'Salt' })
    const variants = (['minimal', 'compact', 'detailed'] as const).map((variant) => (
      <SyncProgress key={variant} variant={variant} />
    ))
    const { all, texts } = await mount(client, variants)
    expect(all('sync-progress').map(({ dataset }) => dataset['variant'])).toEqual(['detailed'])
    await act(async () => tell({ status: 'syncing', pending: 3, current: 2, total: 5 }))
    const bars = all('sync-progress').map((part) => part.querySelector('progress'))
    expect(bars.map((bar) => [bar?.value, bar?.max])).toEqual([
      [2, 5],
      [2, 5],
      [2, 5],
    ])
    await until(() => expect(texts('run-item')).toEqual(['Create product Saltwaits']))
    expect(texts('sync-progress').slice(0, 2)).toEqual(['', 'Syncing changes… (2 of 5)'])
    // A large one is not read again and again to be named.
    await act(async () => tell({ status: 'syncing', pending: 3, current: 2, total: 500 }))
    expect(texts('run-item')).toEqual([])
  })
})

describe('the outbox and the runs', () => {
  test('[UI11, UI12] what waits is listed, and by urgency; arrow keys lead from view to view', async () => {
    const client = openOfflineClient()
    await client.records.product.create({ name: 'Salt' })
    const titleOf = (): string => 'A new product'
    const { all, texts } = await mount(
      client,
      <RecordWordsProvider words={{ titleOf }}>
        <OutboxInspector />
      </RecordWordsProvider>,
    )
    await until(() => expect(texts('outbox-entry')).toEqual(['A new productWaits to be sent. Made just now.']))
    const [queue] = all('tab-queue')
    await act(async () => queue?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true })))
    expect(document.activeElement).toBe(all('tab-priority')[0])
    expect(
      [...document.querySelectorAll<HTMLElement>('[data-level]')].map(({ dataset }) => [dataset['level'], dataset['count']]),
    ).toEqual([
      ['HIGH', '0'],
      ['NORMAL', '1'],
      ['LOW', '0'],
    ])
  })

  test('[UI13] rules are edited as JSON; what is wrong is said rule by rule and not taken', async () => {
    const client = openOfflineClient()
    const { all, click, texts } = await mount(client, <OutboxInspector />)
    await click('tab-rules')
    const write = (text: string) =>
      act(async () => {
        const [area] = all('priority-rules')
        // React listens to the setter of the element's own class.
        Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(area, text)
        area?.dispatchEvent(new Event('input', { bubbles: true }))
      })
    await write('[{ "name": "Far away", "entity": "planet", "points": 10 }]')
    await click('apply-priorities')
    await until(() => expect(texts('priority-problems')[0]).toContain('Rule 1 "Far away": there is no entity "planet"'))
    expect(client.sync.priorities.get().rules).toEqual([])
    const rule = { name: 'Products first', entity: 'product', points: 50 }
    await write(JSON.stringify([rule]))
    await click('apply-priorities')
    await until(() => expect(client.sync.priorities.get().rules).toEqual([rule]))
    expect(all('priority-problems')).toEqual([])
    await click('reset-priorities')
    await until(() => expect(client.sync.priorities.get().rules).toEqual([]))
  })

  test('[UI15] runs are bars with words', async () => {
    const { all, texts } = await mount(openToldClient().client, <SyncActivityChart />)
    expect(all('activity-bar').map(({ dataset }) => dataset['outcome'])).toEqual(['done', 'failed'])
    expect(texts('activity-summary')).toEqual(['2 runs · 2 sent · 0 received · 2 kB · 1 failed.'])
  })
})

test('[UI19] a browser that delivers nothing for a closed app is told of beside "Sync now", any other not', async () => {
  const client = openOfflineClient()
  const notice = (backgroundSync: boolean) => <BackgroundSyncNotice key={String(backgroundSync)} support={{ backgroundSync }} />
  const { texts } = await mount(client, [notice(true), notice(false)])
  expect(texts('background-sync-notice')).toEqual([
    'This browser syncs only while the app is open. Use Sync now before you close it.Sync now',
  ])
})

describe('settings', () => {
  const change = (input: HTMLElement | undefined, text: string) =>
    act(async () => {
      if (!(input instanceof HTMLInputElement)) throw new Error('this is no input')
      // React listens to the setter of the element's own class.
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, text)
      input.dispatchEvent(new Event('input', { bubbles: true }))
    })

  test('[UI14] a setting counts at once; a number that is none is said and not taken', async () => {
    const client = openOfflineClient()
    const { all, click, host } = await mount(client, <SyncSettings />)
    await click('setting-syncOnlyWhenCharging')
    await until(() => expect(client.sync.settings.get().syncOnlyWhenCharging).toBe(true))
    const [interval] = all('setting-syncIntervalMinutes')
    const leave = () => act(async () => interval?.dispatchEvent(new FocusEvent('focusout', { bubbles: true })))
    await change(interval, '15')
    await leave()
    await until(() => expect(client.sync.settings.get().syncIntervalMinutes).toBe(15))
    await change(interval, '0')
    expect(host.textContent).toContain('A whole number from 1 to 1440')
    await leave()
    expect(client.sync.settings.get().syncIntervalMinutes).toBe(15)
    expect(interval instanceof HTMLInputElement && interval.value).toBe('15')
  })

  test('[UI14] what would be reported is told before anybody agrees', async () => {
    const client = openOfflineClient()
    const { all, texts } = await mount(client, <SyncSettings />)
    expect(texts('reported-things')[0]).toContain('Never what was synced, or names of it.')
    await until(() => expect(all('setting-reporting')[0]).toMatchObject({ checked: false, disabled: false }))
  })
})

describe('what needs a person', () => {
  test('[UI7, UI10] the inbox lists the newest, offers what helps, and lets nothing go by itself', async () => {
    const items = [1, 2, 3, 4].map((id) => sampleItem({ id, at: id, isDismissed: id === 4 }))
    const { client, asked } = openToldClient(items)
    const { all, texts, click } = await mount(client, <AttentionInbox />)
    expect(all('attention-item').map(({ dataset }) => dataset['id'])).toEqual(['4', '3', '2'])
    expect(texts('attention-dismiss')).toHaveLength(2)
    await click('more-attention')
    expect(all('attention-item')).toHaveLength(4)
    await click('attention-retry')
    await click('attention-dismiss')
    expect(asked).toEqual([
      ['retry', 4],
      ['dismiss', 3],
    ])
  })

  test('[UI18] an action that fails is told beside its button', async () => {
    const { texts, click, host } = await mount(openToldClient([sampleItem()]).client, <AttentionInbox />)
    await click('attention-discard')
    expect(texts('attention-discard')).toEqual(['Discard for ever'])
    await click('attention-discard')
    await until(() => expect(host.querySelector('[role="alert"]')?.textContent).toBe('the database is full'))
    expect(texts('attention-item')).toHaveLength(1)
  })

  test('[UI16] a change is mended and sent again', async () => {
    const { client, asked } = openToldClient([sampleItem()])
    const { all, click } = await mount(client, <AttentionInbox />)
    await click('attention-edit')
    const [input] = all('resend-priceCents')
    expect(input instanceof HTMLInputElement && input.value).toBe('350')
    await act(async () => all('resend-form')[0]?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })))
    await until(() => expect(asked).toEqual([['resend', 1]]))
  })
})
