// @vitest-environment happy-dom
import { act, StrictMode, type ReactElement } from 'react'
import { createRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Client } from '../client.ts'
import { FakeDocumentServer } from '../testing/fake-document-server.ts'
import { TestDevice } from '../testing/test-device.ts'
import { FakeConnectivity } from '../testing/fake-connectivity.ts'
import { withConnectivity } from '../with-connectivity.ts'
import { RejoinProvider, useDocument, usePresence, useSyncStatus } from './index.ts'

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)

function Page({ name }: { readonly name: string }): ReactElement {
  const { document, state, error } = useDocument(name)
  const { self, others, setPresence } = usePresence(document)
  const { status } = useSyncStatus()
  return (
    <button type="button" onClick={() => setPresence({ at: name })}>
      {JSON.stringify({
        name: document?.name,
        doc: state.status,
        error: error?.message,
        all: status,
        self,
        others: others.map(({ presence }) => presence),
      })}
    </button>
  )
}

function openClient(server: FakeDocumentServer, device = new TestDevice(server)): Client {
  const client = withConnectivity(device.openTab().client, new FakeConnectivity())
  onTestFinished(() => client.close())
  return client
}

const page = (client: Client, name: string): ReactElement => (
  <StrictMode>
    <RejoinProvider client={client}>
      <Page name={name} />
    </RejoinProvider>
  </StrictMode>
)

async function mount(client: Client, name: string) {
  const host = document.createElement('div')
  document.body.append(host)
  const root = createRoot(host)
  const render = (next: string): Promise<void> => act(async () => root.render(page(client, next)))
  onTestFinished(() => act(async () => root.unmount()))
  await render(name)
  const shows = (part: object): Promise<void> =>
    vi.waitFor(async () => {
      await act(async () => undefined)
      expect(JSON.parse(host.textContent)).toMatchObject(part)
    })
  return { root, render, shows, click: () => act(async () => host.querySelector('button')?.click()) }
}

describe('hooks', () => {
  test('[RC1] a document is opened while mounted and its state followed, also in strict mode', async () => {
    const server = new FakeDocumentServer()
    const client = openClient(server)
    const { root, shows } = await mount(client, 'a')
    await shows({ name: 'a', doc: 'stored', all: 'stored' })
    expect(server.sockets.filter(({ readyState }) => readyState === 1)).toHaveLength(1)
    server.close(1012)
    await shows({ doc: 'offline', all: 'offline' })
    await act(async () => root.unmount())
    await vi.waitFor(() => expect(client.syncStatus.status).toBe('stored'))
  })

  test('[RC2] another name is another document; the state of the one before is never shown for it', async () => {
    const server = new FakeDocumentServer()
    const { render, shows } = await mount(openClient(server), 'a')
    await shows({ name: 'a', doc: 'stored' })
    await render('b')
    await shows({ name: 'b', doc: 'stored' })
    await vi.waitFor(() => expect(server.room('a').peers.size).toBe(0))
  })

  test('[RC3] a document that cannot be opened is unavailable, with the error', async () => {
    const server = new FakeDocumentServer()
    const device = new TestDevice(server)
    device.disk.updatesByName.set('a', [{ name: 'a', seq: 2, fromSeq: 2, update: Uint8Array.of(0, 0) }])
    const { shows } = await mount(openClient(server, device), 'a')
    await shows({ doc: 'unavailable', error: expect.stringContaining('has content but no entry') })
  })

  test('[RC4] presence: one’s own at once, the others’ as they come and go', async () => {
    const server = new FakeDocumentServer()
    const { shows, click } = await mount(openClient(server), 'a')
    await shows({ doc: 'stored' })
    await click()
    await shows({ self: { at: 'a' }, others: [] })
    const other = await openClient(server).documents.open('a')
    await act(async () => other.awareness.setLocalState({ at: 'elsewhere' }))
    await shows({ self: { at: 'a' }, others: [{ at: 'elsewhere' }] })
    await act(() => other.close())
    await shows({ others: [] })
    expect(server.room('a').peers.size).toBe(1)
  })

  test('[RC5] rendered on a server, it is loading', () => {
    expect(renderToString(page(openClient(new FakeDocumentServer()), 'a'))).toContain('loading')
  })

  test('[RC6] without a provider it says so', () => {
    expect(() => renderToString(<Page name="a" />)).toThrow('there is no RejoinProvider')
  })
})
