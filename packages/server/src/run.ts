import type { FastifyInstance } from 'fastify'
import { loadSchemaModule, type SchemaModule } from './config/load-schema-module.ts'
import type { ConfigReading } from './config/read-config.ts'
import type { ServerConfig } from './config/server-config.ts'
import { createServer } from './create-server.ts'
import { createLog, type Log } from './http/create-log.ts'

/** A service manager kills after 30 s, some after less. */
const shutdownMsMax = 24_000
/** Connections that may wait to be accepted, as far as the system allows: one too many tries again after a whole second. Node's own bound is 511. */
const waitingConnectionsMax = 4_096

/** Runs a server as this process: one ready line on stdout, SIGTERM or SIGINT end it. */
export async function run(
  { config, unknownVariables }: Extract<ConfigReading, { type: 'config' }>,
  giveUp: (message: string, exitCode: 1 | 2) => never,
): Promise<void> {
  const log = createLog(config.logLevel)
  // Crash-only: what was acknowledged is on the disk, and a process in an unknown state must not go on.
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'uncaught exception')
    process.exit(1)
  })
  for (const name of unknownVariables)
    log.warn({ variable: name.slice(0, 100) }, 'this variable means nothing to Rejoin; a typing error?')

  const records = config.schemaModule === undefined ? {} : await loadSchema(config.schemaModule, giveUp)
  const app = await createServer({ config, log, ...records }).catch((error: unknown) =>
    giveUp(`cannot use the data folder ${config.dataDir}: ${messageOf(error)}`, 1),
  )
  stopOnSignals(app, log)
  await app.listen({ host: config.host, port: config.port, backlog: waitingConnectionsMax }).catch(async (error: unknown) => {
    await app.close()
    giveUp(`cannot listen on ${originOf(config.host, config.port)}: ${describeListenError(error)}`, 1)
  })
  process.stdout.write(`rejoin listening on ${originOf(config.host, portOf(app, config))}\n`)
}

async function loadSchema(url: string, giveUp: (message: string, exitCode: 1 | 2) => never): Promise<Partial<SchemaModule>> {
  const loading = await loadSchemaModule(url)
  return loading.type === 'loaded' ? loading.module : giveUp(`the schema module ${url} ${loading.message}`, 2)
}

function stopOnSignals(app: FastifyInstance, log: Log): void {
  let isStopping = false
  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, isStopping ? 'stopping at once' : 'stopping')
    if (isStopping) process.exit(1)
    isStopping = true
    setTimeout(() => {
      log.error('the server did not stop in time')
      process.exit(1)
    }, shutdownMsMax)
    app.close().then(
      () => process.exit(0),
      (err: unknown) => {
        log.error({ err }, 'the server did not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function originOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function portOf(app: FastifyInstance, config: ServerConfig): number {
  const [address] = app.addresses()
  return typeof address === 'object' ? address.port : config.port
}

const listenErrors = new Map<unknown, string>([
  ['EADDRINUSE', 'the port is in use'],
  ['EACCES', 'this port needs more rights'],
  ['EADDRNOTAVAIL', 'this machine has no such address'],
  ['ENOTFOUND', 'there is no such host'],
])

function describeListenError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return listenErrors.get(code) ?? messageOf(error)
}

/** On one line. */
function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ')
}
