// First: it must run before any schema is made.
import './schema-without-eval.ts'
import { createSyncWorker } from '@rejoin/client/service-worker'
import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching'
import { schema } from './schema.ts'

declare global {
  interface Window {
    /** The files of this build, written in by the build. */
    readonly __WB_MANIFEST: (string | { readonly url: string; readonly revision: string | null })[]
  }
}

// The page itself, so that it opens without a network. A new build waits until every tab of the old one is closed: nobody is reloaded while they work.
precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()

createSyncWorker({
  // As in main.tsx.
  url: location.origin,
  app: 'rejoin-demo',
  schema,
  sync: 'optIn',
  // What is asked of documents over HTTP waits in the outbox, too, while there is no network.
  requests: { routes: [{ match: '/api/v1/documents', title: ({ method }) => `${method} a document` }] },
})
