// @vitest-environment happy-dom
import { defineSchema, entity, serverWins } from '@rejoin/core'
import { act, type ReactElement } from 'react'
import { createRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { createClient } from '../create-client.ts'
import { RejoinProvider, useSyncActivity } from './index.ts'

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)

const schema = defineSchema({
  version: 1,
  entities: { recipe: entity({ fields: z.object({ title: z.string() }), policy: serverWins() }) },
})

function Runs(): ReactElement {
  return <p>{useSyncActivity().map(({ outcome, error }) => `${outcome}: ${error?.code ?? 'well'}`)}</p>
}

test('[RC10] the last runs are followed while mounted; rendered on a server there are none', async () => {
  const client = createClient({ url: 'http://127.0.0.1:1', schema })
  onTestFinished(() => client.close())
  const page = (
    <RejoinProvider client={client}>
      <Runs />
    </RejoinProvider>
  )
  expect(renderToString(page)).toBe('<p></p>')
  const host = document.createElement('div')
  const shown = createRoot(host)
  onTestFinished(() => act(async () => shown.unmount()))
  await act(async () => shown.render(page))
  await vi.waitFor(async () => {
    await act(async () => undefined)
    expect(host.textContent).toMatch(/^failed: UNREACHABLE/)
  })
})
