import type { RecordsClient } from '@rejoin/client'
import type { schema } from './schema.ts'

/** The client of this page: documents for the canvas, records for the stock room. */
export type DemoClient = RecordsClient<typeof schema>
