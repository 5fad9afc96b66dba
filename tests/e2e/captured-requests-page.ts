import { createClient, schedule, type RecordsClient } from '@rejoin/client'
import { schema } from './engine-schema.ts'

declare global {
  interface Window {
    requestsClient: RecordsClient<typeof schema>
  }
}

const appServer = new URLSearchParams(location.search).get('app') ?? ''

window.requestsClient = createClient({
  url: location.origin,
  app: 'requests',
  schema,
  auth: {
    tenant: 'default',
    user: 'ann',
    getToken: ({ isRefused } = { isRefused: false }) => Promise.resolve(isRefused ? 'fresh-secret' : 'stale-secret'),
  },
  requests: { routes: [{ match: appServer, isAuthorized: true, title: ({ url }) => `Send ${new URL(url).pathname.slice(1)}` }] },
  settings: { retries: schedule([0, 50, 50]) },
})
