import { createSyncWorker } from '@rejoin/client/service-worker'
import { schema } from './engine-schema.ts'

declare global {
  interface Window {
    /** How often no token was to be had. */
    tokensMissed: number
  }
}

self.tokensMissed = 0

createSyncWorker({
  url: location.origin,
  app: 'signed-in',
  schema,
  auth: {
    // As by a refresh cookie: where it ended, only a page can sign in again.
    getToken: async ({ user }) => {
      const response = await fetch('/token.txt')
      if (response.ok && user === 'ann') return response.text()
      self.tokensMissed++
      return undefined
    },
    currentOwner: async () => {
      const session = await caches.open('session')
      const user = await (await session.match('/user'))?.text()
      return user === undefined ? undefined : { tenant: 'acme', user }
    },
  },
  requests: { routes: [{ match: '/api/v1/documents' }] },
})
