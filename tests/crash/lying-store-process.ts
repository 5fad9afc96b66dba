// A server that gives its receipts before it has committed: the planted bug that the crash campaign must find.
import { createServer, createSqliteDocumentStore, readConfig, type DocumentStore, type TenantDocuments } from '@rejoin/server'

/** How long what was acknowledged is still only in memory. */
const commitDelayMs = 300

const reading = readConfig({ env: process.env, args: process.argv.slice(2) })
if (reading.type !== 'config') throw new Error('the flags are those of the CLI')
const { config } = reading
const store = await createSqliteDocumentStore({
  dataDir: config.dataDir,
  clock: { now: () => Date.now() },
  onCompactionAlarm: () => {},
})
const app = await createServer({ config, store: lie(store) })
console.log(`rejoin listening on ${await app.listen({ host: config.host, port: config.port })}`)

function lie(honest: DocumentStore): DocumentStore {
  return { tenant: (tenant) => lieTo(honest.tenant(tenant)), probe: () => honest.probe(), close: () => honest.close() }
}

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
