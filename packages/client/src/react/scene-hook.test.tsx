// @vitest-environment happy-dom
import { act, StrictMode, type ReactElement } from 'react'
import { createRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import type { Client } from '../client.ts'
import { openOfflineClient } from '../testing/told-client.ts'
import { RejoinProvider, useScene, type UsedScene } from './index.ts'

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)

const box = (id: string, x = 0) => ({ id, kind: 'box', x, y: 0, width: 10, height: 10 })
const noteSchema = z.object({
  id: z.string(),
  kind: z.literal('note'),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
  updatedAt: z.number(),
  text: z.string(),
})

function Shown({ scene, elements, state, error }: Omit<UsedScene, 'elements'> & { readonly elements: readonly object[] }) {
  return <p>{JSON.stringify({ name: scene?.name, elements, status: state.status, error: error?.message })}</p>
}
const Plain = ({ name }: { readonly name: string }): ReactElement => <Shown {...useScene(name)} />
function Notes({ name }: { readonly name: string }): ReactElement {
  const { elements, state, error } = useScene(name, { element: noteSchema })
  return <Shown scene={undefined} elements={elements.map(({ text }) => ({ text }))} state={state} error={error} />
}

function mount(client: Client) {
  const container = document.createElement('div')
  const root = createRoot(container)
  const show = (page: ReactElement): Promise<void> =>
    act(async () =>
      root.render(
        <StrictMode>
          <RejoinProvider client={client}>{page}</RejoinProvider>
        </StrictMode>,
      ),
    )
  onTestFinished(() => act(async () => root.unmount()))
  return { show, shown: (): unknown => JSON.parse(container.textContent ?? '') }
}

test('[RC13] a scene is open while a component that uses it is mounted, and its elements are followed', async () => {
  const client = openOfflineClient()
  const [kitchen, cellar] = [await client.scenes.open('kitchen'), await client.scenes.open('cellar')]
  kitchen.add(box('a'))
  const { show, shown } = mount(client)
  await show(<Plain name="kitchen" />)
  await vi.waitFor(() => expect(shown()).toMatchObject({ name: 'kitchen', elements: [box('a')], status: 'offline' }))
  await act(async () => kitchen.add(box('b', 4)))
  expect(shown()).toMatchObject({ elements: [box('a'), box('b', 4)] })
  cellar.add(box('c'))
  await show(<Plain name="cellar" />)
  await vi.waitFor(() => expect(shown()).toMatchObject({ name: 'cellar', elements: [box('c')] }))
  await act(async () => kitchen.remove('a'))
  expect(shown()).toMatchObject({ name: 'cellar', elements: [box('c')] })
})

test('[RC13] with an app’s own elements, only those are shown', async () => {
  const client = openOfflineClient()
  const scene = await client.scenes.open('kitchen')
  scene.add(box('a'), { ...box('n'), kind: 'note', text: 'tea' })
  const { show, shown } = mount(client)
  await show(<Notes name="kitchen" />)
  await vi.waitFor(() => expect(shown()).toMatchObject({ elements: [{ text: 'tea' }] }))
})

test('[RC13] a scene that cannot be opened is unavailable with its error; rendered on a server it is loading', async () => {
  const client = openOfflineClient()
  const { show, shown } = mount(client)
  await show(<Plain name="" />)
  await vi.waitFor(() => expect(shown()).toMatchObject({ elements: [], status: 'unavailable', error: expect.any(String) }))
  const rendered = renderToString(
    <RejoinProvider client={client}>
      <Plain name="kitchen" />
    </RejoinProvider>,
  )
  expect(rendered).toContain('loading')
})
