import type { TrafficKind } from './reach.ts'
import type { SyncTransport, TransportReply } from '../sync/sync-transport.ts'

/** Who is told how requests fare, and sockets. */
export interface TrafficWatcher {
  noteAnswer(roundTripMs?: number, kind?: TrafficKind): void
  noteFailure(kind?: TrafficKind): void
}

/** The same transport; what its requests show of the connection is told, so that nobody has to ask the server for that alone. */
export function watchedTransport(transport: SyncTransport, watcher: TrafficWatcher): SyncTransport {
  const told = <Body>(reply: TransportReply<Body>, isQuick: boolean): TransportReply<Body> => {
    if (reply.type === 'answered') watcher.noteAnswer(isQuick ? reply.roundTripMs : undefined)
    else if (reply.type === 'refused') watcher.noteAnswer()
    else watcher.noteFailure()
    return reply
  }
  return {
    ...transport,
    // How long a push takes says more of its size, and of the server's disk.
    push: async (body) => told(await transport.push(body), false),
    pull: async (page) => told(await transport.pull(page), true),
  }
}
