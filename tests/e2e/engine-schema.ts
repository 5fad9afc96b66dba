import { defineSchema, entity, lastWriteWins } from '@rejoin/core'
import { z } from 'zod'

/** For the server, the page and the worker of the engine's own tests. */
export const schema = defineSchema({
  version: 1,
  entities: {
    product: entity({
      fields: z.object({ name: z.string(), priceCents: z.int() }),
      policy: lastWriteWins({ by: 'field' }),
    }),
  },
})
