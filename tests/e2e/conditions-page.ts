import { createClient, type RecordsClient } from '@rejoin/client'
import { schema } from './engine-schema.ts'

declare global {
  interface Window {
    conditionsClient: RecordsClient<typeof schema>
  }
}

window.conditionsClient = createClient({ url: location.origin, app: 'conditions', schema })
