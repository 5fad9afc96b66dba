// @vitest-environment happy-dom
import { defineSchema } from '@rejoin/core'
import { act, StrictMode, type ReactElement } from 'react'
import { createRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RecordsClient } from '../client.ts'
import { createClient } from '../create-client.ts'
import { FakeConnectivity } from '../testing/fake-connectivity.ts'
import { RejoinProvider, useConnectivity, useSyncSettings } from './index.ts'

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)

function Page(): ReactElement {
  const { isOnline, connectionQuality } = useConnectivity()
  const { settings, update } = useSyncSettings()
  return (
    <button type="button" onClick={() => void update({ syncIntervalMinutes: settings.syncIntervalMinutes * 2 })}>
      {JSON.stringify([isOnline, connectionQuality, settings.syncIntervalMinutes])}
    </button>
  )
}

function openClient() {
  const client = createClient({ url: 'http://127.0.0.1:1', schema: defineSchema({ version: 1, entities: {} }) })
  client.setOnline(false)
  onTestFinished(() => client.close())
  const connectivity = new FakeConnectivity()
  // The members are getters: the client itself answers.
  const page: RecordsClient = Object.create(client, { connectivity: { value: connectivity } })
  return { page, connectivity }
}

const element = (client: RecordsClient): ReactElement => (
  <StrictMode>
    <RejoinProvider client={client}>
      <Page />
    </RejoinProvider>
  </StrictMode>
)

test('[RC11] connection and settings are followed while mounted, and settings changed', async () => {
  const { page, connectivity } = openClient()
  const container = document.createElement('div')
  const root = createRoot(container)
  await act(async () => root.render(element(page)))
  onTestFinished(() => act(async () => root.unmount()))
  expect(container.textContent).toBe('[true,"good",5]')
  await act(async () => connectivity.become({ isOnline: false, connectionQuality: 'offline' }))
  expect(container.textContent).toBe('[false,"offline",5]')
  await act(async () => {
    container.querySelector('button')?.click()
    await page.sync.settings.update({ enabled: false })
  })
  expect(container.textContent).toBe('[false,"offline",10]')
})

test('[RC11] rendered on a server, they are what the client knows', () => {
  expect(renderToString(element(openClient().page))).toContain('good')
})
