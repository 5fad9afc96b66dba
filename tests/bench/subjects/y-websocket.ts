import { join } from 'node:path'
import { yWebsocketDialect } from '../client/dialect.ts'
import { peersFolder } from '../install-peers.ts'
import { spawnServer } from '../spawn-server.ts'
import type { Subject } from '../subject.ts'

export const yWebsocket: Subject = {
  name: 'y-websocket',
  title: '@y/websocket-server, LevelDB',
  dialect: yWebsocketDialect,
  start: (dataDir) =>
    spawnServer({ entry: join(peersFolder, 'y-websocket-process.ts'), args: [dataDir], pathOf: (document) => `/${document}` }),
}
