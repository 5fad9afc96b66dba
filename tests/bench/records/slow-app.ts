import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** A server of the app's own, on another origin, which takes its time to answer. */
export interface SlowApp {
  readonly url: string
  /** Paths in the order of their first arrival, with the time of it as `performance.now()` has it. */
  readonly arrivedAtByPath: ReadonlyMap<string, number>
  stop(): void
}

export async function serveSlowApp(answerMs: number): Promise<SlowApp> {
  const arrivedAtByPath = new Map<string, number>()
  const server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('access-control-allow-headers', '*')
    response.setHeader('access-control-max-age', '600')
    if (request.method === 'OPTIONS') return void response.end()
    const path = request.url ?? ''
    if (!arrivedAtByPath.has(path)) arrivedAtByPath.set(path, performance.now())
    void pause(answerMs).then(() => response.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    arrivedAtByPath,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Rejects what did not arrive, and what overtook an earlier one of its lane; paths are `/LANE/NUMBER`. */
export function checkLanes({ arrivedAtByPath }: SlowApp, count: number): void {
  if (arrivedAtByPath.size !== count) throw new Error(`${arrivedAtByPath.size} of ${count} requests arrived`)
  const last = new Map<string, number>()
  for (const path of arrivedAtByPath.keys()) {
    const [, lane = '', ordinal = ''] = path.split('/')
    if (Number(ordinal) < (last.get(lane) ?? -1)) throw new Error(`${path} was overtaken`)
    last.set(lane, Number(ordinal))
  }
}
