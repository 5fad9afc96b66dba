import { join } from 'node:path'
import { yWebsocketDialect } from '../client/dialect.ts'
import { repositoryRoot, spawnServer } from '../spawn-server.ts'
import type { Subject } from '../subject.ts'

/** The built server at its defaults (durable before relay), without rate limits: all load comes from one address. */
export const rejoin: Subject = {
  name: 'rejoin',
  title: 'Rejoin',
  dialect: yWebsocketDialect,
  start: (dataDir) =>
    spawnServer({
      // Another build can be named, to compare two of them.
      entry: process.env['BENCH_REJOIN_ENTRY'] ?? join(repositoryRoot, 'packages/server/dist/main.js'),
      args: ['--port', '0', '--data-dir', dataDir, '--rate-limits', 'off', '--log-level', 'warn'],
      pathOf: (document) => `/documents/${document}`,
    }),
}
