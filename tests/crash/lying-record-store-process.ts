// Servers with a planted bug in the store of records, which the crash campaign must find. REJOIN_TEST_LIE says which.
import {
  createServer,
  createSqliteDocumentStore,
  loadSchemaModule,
  readConfig,
  type RecordStore,
  type TenantRecords,
} from '@rejoin/server'

/** How long what was answered is still only in memory. */
const commitDelayMs = 300

const lies: Readonly<Record<string, (honest: TenantRecords) => Partial<TenantRecords>>> = {
  /** Answers before it commits. */
  early: (honest) => ({
    commit: async (commit) => {
      const { promise: isDue, resolve } = Promise.withResolvers<void>()
      setTimeout(resolve, commitDelayMs)
      void isDue.then(() => honest.commit(commit))
      return 'committed'
    },
  }),
  /** Keeps effects without their verdicts. */
  forgetful: (honest) => ({ commit: (commit) => honest.commit({ ...commit, verdicts: [] }) }),
  /** Keeps verdicts without their effects. */
  hollow: (honest) => ({ commit: (commit) => honest.commit({ ...commit, records: commit.records.slice(1) }) }),
}

const lie = lies[process.env['REJOIN_TEST_LIE'] ?? '']
if (lie === undefined) throw new Error('REJOIN_TEST_LIE names no lie')
const reading = readConfig({ env: process.env, args: process.argv.slice(2) })
if (reading.type !== 'config') throw new Error('the flags are those of the CLI')
const { config } = reading
const loading = await loadSchemaModule(config.schemaModule ?? '')
if (loading.type !== 'loaded') throw new Error(loading.message)
const store = await createSqliteDocumentStore({
  dataDir: config.dataDir,
  clock: { now: () => Date.now() },
  onCompactionAlarm: () => {},
})
const { records } = store
const recordStore: RecordStore = {
  epoch: records.epoch,
  checkpointKey: records.checkpointKey,
  prune: (before) => records.prune(before),
  tenant: (name) => {
    const honest = records.tenant(name)
    return {
      read: (request) => honest.read(request),
      commit: (commit) => honest.commit(commit),
      changes: (page) => honest.changes(page),
      changedSince: (page) => honest.changedSince(page),
      get: (key) => honest.get(key),
      ...lie(honest),
    }
  },
}
const app = await createServer({ config, store, recordStore, ...loading.module })
console.log(`rejoin listening on ${await app.listen({ host: config.host, port: config.port })}`)
