// @vitest-environment happy-dom
import { act, type ReactElement } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RecordsClient } from '../client.ts'
import { createClient } from '../create-client.ts'
import { stockSchema } from '../testing/test-records.ts'
import { openOfflineClient } from '../testing/told-client.ts'
import { RejoinProvider, useDevices } from './index.ts'

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)

function Page(): ReactElement {
  const { devices, ownId, isReporting } = useDevices()
  return <p>{JSON.stringify({ devices, hasId: ownId !== undefined, isReporting })}</p>
}

test('[RC12] whether this device reports, and which it is, are followed while mounted', async () => {
  const client: RecordsClient<typeof stockSchema> = createClient({
    url: 'http://127.0.0.1:9',
    schema: stockSchema,
    sync: 'optIn',
  })
  onTestFinished(() => client.close())
  const container = document.createElement('div')
  const root = createRoot(container)
  await act(async () =>
    root.render(
      <RejoinProvider client={client}>
        <Page />
      </RejoinProvider>,
    ),
  )
  const shown = (): unknown => JSON.parse(container.textContent ?? '')
  await vi.waitFor(() => expect(shown()).toEqual({ hasId: true, isReporting: false }))
  await act(() => client.devices.reporting.enable())
  await vi.waitFor(() => expect(shown()).toEqual({ hasId: true, isReporting: true }))
  await act(async () => root.unmount())
})

test('[RC12] what fails late for a client that is no longer shown says nothing of the one that is', async () => {
  const { promise, reject } = Promise.withResolvers<string>()
  const real = openOfflineClient()
  const before = { ...real, devices: { ...real.devices, ownId: () => promise } }
  const container = document.createElement('div')
  const root = createRoot(container)
  const show = (client: typeof real): Promise<void> =>
    act(async () =>
      root.render(
        <RejoinProvider client={client}>
          <Page />
        </RejoinProvider>,
      ),
    )
  await show(before)
  await show(real)
  await vi.waitFor(() => expect(container.textContent).toContain('"hasId":true'))
  await act(async () => reject(new Error('the database is closed')))
  expect(container.textContent).toContain('"hasId":true')
  await act(async () => root.unmount())
})
