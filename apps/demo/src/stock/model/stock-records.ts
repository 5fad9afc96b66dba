import type { Attention, Outbox, RecordOf, Records, Sync } from '@rejoin/client'
import type { schema } from '../../schema.ts'

type Entities = (typeof schema)['entities']

export type Product = RecordOf<Entities['product']>
export type Movement = RecordOf<Entities['stockMovement']>
export type Recipe = RecordOf<Entities['recipe']>

/** As much of the client as the stock room uses. */
export interface StockClient {
  readonly records: Records<typeof schema>
  readonly sync: Sync
  readonly outbox: Outbox
  readonly attention: Attention
}
