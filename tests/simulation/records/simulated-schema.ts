import { appendOnly, clientWins, defineSchema, entity, lastWriteWins, serverWins, type Policy, type Schema } from '@rejoin/core'
import { z } from 'zod'

const text = z.string().min(1)

/** What a planted bug may do to the definition on the server's side. */
export interface SchemaBend {
  readonly bendPolicy?: (policy: Policy) => Policy
  readonly ignoresCanRead?: boolean
}

/**
 * One entity for each policy, one that refers to another, and one whose rows only their owner sees. Version 2 writes `remark` instead of `note`,
 * which old rows still have, so that queued operations of version 1 have to be migrated.
 */
export function createSimulatedSchema(
  version: 1 | 2,
  { bendPolicy = (policy) => policy, ignoresCanRead = false }: SchemaBend = {},
): Schema {
  const remark = text.optional()
  return defineSchema({
    version,
    entities: {
      product: entity({
        fields:
          version === 1
            ? z.object({ name: text, price: text, note: remark })
            : z.object({ name: text, price: text, note: remark, remark }),
        policy: bendPolicy(lastWriteWins({ by: 'field' })),
        priority: 'HIGH',
      }),
      sheet: entity({ fields: z.object({ title: text, body: text }), policy: bendPolicy(lastWriteWins({ by: 'record' })) }),
      recipe: entity({ fields: z.object({ title: text, body: text }), policy: bendPolicy(serverWins()) }),
      memo: entity({ fields: z.object({ text }), policy: bendPolicy(clientWins()), priority: 'LOW' }),
      movement: entity({
        fields: z.object({ productId: z.string(), quantity: z.int(), label: text }),
        policy: bendPolicy(appendOnly()),
        references: { productId: 'product' },
      }),
      diary: entity({
        fields: z.object({ owner: z.string(), text }),
        policy: bendPolicy(lastWriteWins({ by: 'field' })),
        ...(!ignoresCanRead && { canRead: ({ user }, { fields }) => fields['owner'] === user }),
        canWrite: ({ user }, { fields }) => fields['owner'] === user,
      }),
    },
    ...(version === 2 && {
      migrations: {
        2: (change) => {
          const { note, ...payload } = change.payload
          if (change.entityType !== 'product' || note === undefined) return change
          return { ...change, payload: { ...payload, remark: note } }
        },
      },
    }),
  })
}

export const entityNames = ['product', 'sheet', 'recipe', 'memo', 'movement', 'diary'] as const
export type EntityName = (typeof entityNames)[number]

export function isEntityName(name: string): name is EntityName {
  return entityNames.some((known) => known === name)
}

/** Fields that hold the unique tags by which every write is recognised. */
export const tagFields: Readonly<Record<EntityName, readonly string[]>> = {
  product: ['name', 'price', 'note'],
  sheet: ['title', 'body'],
  recipe: ['title', 'body'],
  memo: ['text'],
  movement: ['label'],
  diary: ['text'],
}
