import type { Schema } from '@rejoin/core'
import type { Client, RecordsClient } from '../client.ts'
import { useClient } from './client-context.ts'

/** The client of the `RejoinProvider` above, with its records. Throws where it was made without a schema. */
export function useRecordsClient(): RecordsClient<Schema> {
  const client = useClient()
  if (!hasRecords(client)) throw new Error('this client was made without a schema, so it has no records')
  return client
}

function hasRecords(client: Client): client is RecordsClient<Schema> {
  return 'records' in client
}
