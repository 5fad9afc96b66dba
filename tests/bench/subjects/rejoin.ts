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
      entry: join(repositoryRoot, 'packages/server/dist/main.js'),
      args: ['--port', '0', '--data-dir', dataDir, '--rate-limits', 'off', '--log-level', 'warn'],
      pathOf: (document) => `/documents/${document}`,
    }),
}
