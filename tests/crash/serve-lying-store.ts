import { createServer, createSqliteDocumentStore, readConfig, type TenantDocuments } from '@rejoin/server'

/** Runs a server like the CLI's whose store tells lies: `lieTo` bends what a tenant's documents do. */
export async function serveLyingStore(lieTo: (honest: TenantDocuments) => TenantDocuments): Promise<void> {
  const reading = readConfig({ env: process.env, args: process.argv.slice(2) })
  if (reading.type !== 'config') throw new Error('the flags are those of the CLI')
  const { config } = reading
  const honest = await createSqliteDocumentStore({
    dataDir: config.dataDir,
    clock: { now: () => Date.now() },
    onCompactionAlarm: () => {},
  })
  const store = {
    tenant: (tenant: string) => lieTo(honest.tenant(tenant)),
    probe: () => honest.probe(),
    close: () => honest.close(),
  }
  const app = await createServer({ config, store })
  console.log(`rejoin listening on ${await app.listen({ host: config.host, port: config.port })}`)
}
