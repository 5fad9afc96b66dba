import type { RecordOf, RecordsClient } from '@rejoin/client'
import type { schema } from '../../schema.ts'

type Entities = (typeof schema)['entities']

export type Product = RecordOf<Entities['product']>
export type Movement = RecordOf<Entities['stockMovement']>
export type Recipe = RecordOf<Entities['recipe']>

/** As much of the client as the stock room uses. */
export type StockClient = Pick<RecordsClient<typeof schema>, 'records' | 'sync' | 'outbox' | 'attention'>
