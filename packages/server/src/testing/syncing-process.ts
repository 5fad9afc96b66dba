import { writeSync } from 'node:fs'
import { createSqliteDocumentStore } from '../sqlite/sqlite-document-store.ts'
import { createRecordsWorld, identityOf } from './records-world.ts'
import { movementsPerRequest, scriptedRequest } from './scripted-movements.ts'

/** Pushes scripted requests of several devices for ever, each from where it is told, and prints `acked DEVICE SEQ` for each that was answered. Made to be killed. */
const [dataDir = '', ...starts] = process.argv.slice(2)
const store = await createSqliteDocumentStore({ dataDir })
const { service } = createRecordsWorld({ store: store.records })
writeSync(1, 'open\n')
await Promise.all(starts.map((start) => push(start)))

async function push(start: string): Promise<void> {
  const [device = '', from] = start.split(':')
  for (let firstSeq = Number(from); ; firstSeq += movementsPerRequest) {
    const { results } = await service.sync(identityOf('ann'), scriptedRequest(device, firstSeq))
    const isTaken = results.every(({ status, first }) => status === 'applied' || first?.status === 'applied')
    if (!isTaken) throw new Error(`${device} ${firstSeq}: ${JSON.stringify(results)}`)
    writeSync(1, `acked ${device} ${firstSeq + movementsPerRequest - 1}\n`)
  }
}
