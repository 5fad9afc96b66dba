import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** All connections of an HTTP server, those included that the server itself does not count. */
export interface Connections {
  /**
   * Ends those without a request in hand at once, the others after their answer. Node waits for a connection that has never asked
   * anything, and browsers open such in advance. Upgraded ones are left to who took them over.
   */
  endIdle(): void
  destroyAll(): void
}

export function trackConnections(server: Server): Connections {
  const open = new Set<Socket>()
  const busy = new Set<Socket>()
  let isEnding = false
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => {
      open.delete(socket)
      busy.delete(socket)
    })
  })
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    busy.add(socket)
    response.once('close', () => {
      busy.delete(socket)
      if (isEnding) socket.destroySoon()
    })
  })
  server.on('upgrade', ({ socket }: IncomingMessage) => busy.add(socket))
  return {
    endIdle() {
      isEnding = true
      for (const socket of open) if (!busy.has(socket)) socket.destroy()
    },
    destroyAll() {
      for (const socket of open) socket.destroy()
    },
  }
}
