import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { object, string } from 'zod/mini'

test('[CL9] our schemas compile nothing, which a strict content security policy would report; the app’s may', async () => {
  let compiled = 0
  const counting = new Proxy(Function, {
    construct: (target, args: string[]) => {
      compiled++
      return Reflect.construct(target, args)
    },
  })
  vi.stubGlobal('Function', counting)
  const { createClient } = await import('./create-client.ts')
  const { defineSchema, entity, lastWriteWins } = await import('@rejoin/core')
  const product = entity({ fields: object({ name: string() }), policy: lastWriteWins({ by: 'field' }) })
  const schema = defineSchema({ version: 1, entities: { product } })
  const client = createClient({ url: 'https://sync.example', schema, sync: 'optIn' })
  await client.records.product.create({ name: 'Beet' })
  expect(await client.records.product.query()).toMatchObject([{ name: 'Beet' }])
  expect(await client.outbox.list()).toHaveLength(1)
  await client.close()
  expect([compiled, z.config().jitless]).toEqual([0, undefined])
  z.object({ name: z.string() }).parse({ name: 'Beet' })
  expect(compiled).toBeGreaterThan(0)
  vi.unstubAllGlobals()
})
