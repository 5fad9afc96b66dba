import { join } from 'node:path'
import { hocuspocusDialect } from '../client/dialect.ts'
import { peersFolder } from '../install-peers.ts'
import { spawnServer } from '../spawn-server.ts'
import type { Subject } from '../subject.ts'

export const hocuspocus: Subject = {
  name: 'hocuspocus',
  title: 'Hocuspocus 4.7',
  dialect: hocuspocusDialect,
  start: (dataDir) => spawnServer({ entry: join(peersFolder, 'hocuspocus-process.ts'), args: [dataDir], pathOf: () => '/' }),
}
