import { isRequestVerdict, judgeReplay } from '../sync/judge-replay.ts'
import type { RequestReplayer } from '../sync/request-replayer.ts'
import type { SyncStore } from '../sync/sync-store.ts'
import type { SyncTransport } from '../sync/sync-transport.ts'
import type { Allowance } from './entry-budget.ts'
import { createMeteredStore, type MeteredStore } from './metered-store.ts'

/** What an engine works with. */
export interface EngineWork {
  readonly store: SyncStore
  readonly transport: SyncTransport
  readonly replayer: RequestReplayer
}

/** The same for an engine that settles so much and no more. */
export function meterWork({ store, transport, replayer }: EngineWork, allowance: Allowance): EngineWork {
  const metered = createMeteredStore(store, allowance)
  return { store: metered, transport: watchPushes(transport, metered), replayer: watchReplays(replayer, metered) }
}

function watchPushes(transport: SyncTransport, store: MeteredStore): SyncTransport {
  return {
    push: async (body) => {
      store.pushLeft()
      const reply = await transport.push(body)
      store.pushEnded(reply.type === 'answered')
      return reply
    },
    pull: (page) => transport.pull(page),
    renewToken: () => transport.renewToken(),
    follow: (listener) => transport.follow(listener),
    traffic: () => transport.traffic(),
  }
}

function watchReplays(replayer: RequestReplayer, store: MeteredStore): RequestReplayer {
  return {
    replay: async (request, options) => {
      const reply = await replayer.replay(request, options)
      if (!isRequestVerdict(judgeReplay(reply))) store.giveUpRequest(request.requestId)
      return reply
    },
  }
}
