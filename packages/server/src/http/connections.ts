import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** All connections of an HTTP server, upgraded ones included, which the server itself forgets. */
export function trackConnections(server: Server): { destroyAll(): void } {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return {
    destroyAll() {
      for (const socket of open) socket.destroy()
    },
  }
}
