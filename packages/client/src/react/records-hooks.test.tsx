// @vitest-environment happy-dom
import { defineSchema, entity, lastWriteWins } from '@rejoin/core'
import { act, StrictMode, type ReactElement } from 'react'
import { createRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import type { Client, RecordsClient } from '../client.ts'
import { createClient } from '../create-client.ts'
import { createRejoinHooks, RejoinProvider, useAttention, useOutbox, useSyncState } from './index.ts'
import { isOperationEntry } from '../testing/waiting-operations.ts'

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)

const schema = defineSchema({
  version: 1,
  entities: {
    product: entity({ fields: z.object({ name: z.string(), quantity: z.int() }), policy: lastWriteWins({ by: 'field' }) }),
  },
})
type App = RecordsClient<typeof schema>
const { useRecords, useRecord } = createRejoinHooks<typeof schema>()

interface Shown {
  readonly id: string
  readonly least: number
}

function Page({ id, least }: Shown): ReactElement {
  const all = useRecords('product', { orderBy: 'name' })
  const many = useRecords('product', { orderBy: 'name', filter: ({ quantity }) => quantity >= least, limit: 1 })
  const one = useRecord('product', id)
  const outbox = useOutbox()
  const { items } = useAttention()
  const { status, pending } = useSyncState()
  return (
    <p>
      {JSON.stringify({
        isLoading: all.isLoading || one.isLoading,
        all: all.records.map(({ name }) => name),
        many: many.records.map(({ name }) => name),
        one: one.record?.name ?? null,
        waiting: outbox.filter(isOperationEntry).map(({ operation }) => operation.operationType),
        attention: items.length,
        sync: [status, pending],
      })}
    </p>
  )
}

function openClient(): App {
  const client = createClient({ url: 'http://127.0.0.1:1', schema })
  client.setOnline(false)
  onTestFinished(() => client.close())
  return client
}

const page = (client: Client, shown: Shown): ReactElement => (
  <StrictMode>
    <RejoinProvider client={client}>
      <Page {...shown} />
    </RejoinProvider>
  </StrictMode>
)

async function mount(client: Client, first: Shown) {
  const host = document.createElement('div')
  document.body.append(host)
  const root = createRoot(host)
  const render = (shown: Shown): Promise<void> => act(async () => root.render(page(client, shown)))
  onTestFinished(() => act(async () => root.unmount()))
  await render(first)
  const shows = (part: object): Promise<void> =>
    vi.waitFor(async () => {
      await act(async () => undefined)
      expect(JSON.parse(host.textContent)).toMatchObject(part)
    })
  return { render, shows }
}

test('[RC7] records, one record, what waits and how syncing stands, as they change', async () => {
  const client = openClient()
  const { product } = client.records
  const { id } = await product.create({ name: 'Beet', quantity: 3 })
  const { shows } = await mount(client, { id, least: 1 })
  await shows({ isLoading: false, all: ['Beet'], one: 'Beet', waiting: ['create'], attention: 0, sync: ['offline', 1] })
  await product.create({ name: 'Apple', quantity: 0 })
  await shows({ all: ['Apple', 'Beet'], many: ['Beet'], waiting: ['create', 'create'], sync: ['offline', 2] })
  await product.update(id, { name: 'Carrot' })
  await shows({ all: ['Apple', 'Carrot'], many: ['Carrot'], one: 'Carrot' })
  await product.delete(id)
  await shows({ all: ['Apple'], many: [], one: null, waiting: ['create'] })
  expect(client.sync.state).toMatchObject({ status: 'offline', pending: 1 })
})

test('[RC8] another id is another record, and a query written in place with another filter another answer', async () => {
  const client = openClient()
  const { product } = client.records
  const [{ id: beet }, { id: leek }] = [
    await product.create({ name: 'Beet', quantity: 3 }),
    await product.create({ name: 'Leek', quantity: 8 }),
  ]
  const { render, shows } = await mount(client, { id: beet, least: 1 })
  await shows({ one: 'Beet', many: ['Beet'] })
  await render({ id: leek, least: 5 })
  await shows({ one: 'Leek', many: ['Leek'] })
  expect(await product.get(leek)).toMatchObject({ name: 'Leek' })
})

test('[RC9] rendered on a server, records are loading; without a schema the hooks say so', () => {
  const html = renderToString(page(openClient(), { id: 'a', least: 0 }))
  expect(html.replaceAll('&quot;', '"')).toContain('"isLoading":true,"all":[]')
  const client = createClient({ url: 'http://127.0.0.1:1' })
  onTestFinished(() => client.close())
  expect(() => renderToString(page(client, { id: 'a', least: 0 }))).toThrow('made without a schema')
})
