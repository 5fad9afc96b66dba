// The schema that the server of these benchmarks is started with (`--schema`) and that the pages are built with.
import { appendOnly, defineSchema, entity, lastWriteWins, serverWins } from '@rejoin/core'
import { z } from 'zod'

export const schema = defineSchema({
  version: 1,
  entities: {
    product: entity({
      fields: z.object({ name: z.string().min(1), priceCents: z.int().nonnegative(), quantity: z.int().nonnegative() }),
      policy: lastWriteWins({ by: 'field' }),
      indexes: ['name'],
    }),
    stockMovement: entity({
      fields: z.object({ productId: z.string(), quantity: z.int(), note: z.string() }),
      policy: appendOnly(),
      references: { productId: 'product' },
      indexes: ['productId'],
    }),
    recipe: entity({ fields: z.object({ title: z.string().min(1), body: z.string() }), policy: serverWins() }),
  },
})
