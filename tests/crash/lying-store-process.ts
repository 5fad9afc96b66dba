// A server that gives its receipts before it has committed: the planted bug that the crash campaign must find.
import type { TenantDocuments } from '@rejoin/server'
import { serveLyingStore } from './serve-lying-store.ts'

/** How long what was acknowledged is still only in memory. */
const commitDelayMs = 300

await serveLyingStore(lieTo)

/** Numbers the rows as the honest store will, and lets that have them later, in order. */
function lieTo(honest: TenantDocuments): TenantDocuments {
  return {
    firstGeneration: () => honest.firstGeneration(),
    load: (document) => honest.load(document),
    verdicts: (document, operationIds) => honest.verdicts(document, operationIds),
    list: (page) => honest.list(page),
    delete: (document) => honest.delete(document),
    restore: (document) => honest.restore(document),
    create: (document) => honest.create(document),
    compact: (document) => honest.compact(document),
    append: async (request) => {
      const { promise: isDue, resolve } = Promise.withResolvers<void>()
      setTimeout(resolve, commitDelayMs)
      void isDue.then(() => honest.append(request))
      return { type: 'committed', seq: request.afterSeq + request.rows.length }
    },
  }
}
