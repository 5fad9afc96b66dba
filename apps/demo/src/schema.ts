import { appendOnly, defineSchema, entity, lastWriteWins, serverWins } from '@rejoin/core'
import { z } from 'zod'

/** What the demo keeps beside its canvas. The server is given this file as it is: nothing here may need a browser or a build. */
export const schema = defineSchema({
  version: 1,
  entities: {
    /** Different fields merge; of one field the later edit stays. What is in stock is the sum of the movements; `quantity` is what a shelf should hold. */
    product: entity({
      fields: z.object({
        name: z.string().min(1).max(120),
        priceCents: z.int().nonnegative(),
        quantity: z.int().nonnegative().default(0),
      }),
      policy: lastWriteWins({ by: 'field' }),
      indexes: ['name'],
    }),
    /** A ledger: lines are added and never changed. */
    stockMovement: entity({
      fields: z.object({
        productId: z.string().min(1).max(128),
        /** Positive in, negative out. */
        quantity: z.int(),
        note: z.string().max(500).default(''),
      }),
      policy: appendOnly(),
      references: { productId: 'product' },
      indexes: ['productId'],
    }),
    /** Who did not see the latest text is told, and keeps their own to look at. */
    recipe: entity({
      fields: z.object({ title: z.string().min(1).max(120), body: z.string().max(20_000) }),
      policy: serverWins(),
    }),
  },
})
