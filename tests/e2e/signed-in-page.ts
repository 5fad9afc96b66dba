import { createClient, type RecordsClient } from '@rejoin/client'
import { registerSyncWorker } from '@rejoin/client/service-worker'
import { schema } from './engine-schema.ts'

declare global {
  interface Window {
    /** Of somebody who is signed in. */
    signedIn: RecordsClient<typeof schema>
  }
}

const getToken = async (): Promise<string> => (await fetch('/token.txt')).text()
const client = createClient({
  url: location.origin,
  app: 'signed-in',
  schema,
  auth: { tenant: 'acme', user: 'ann', getToken },
})

await registerSyncWorker('/worker.js', { client, type: 'module' })
await navigator.serviceWorker.ready
window.signedIn = client
