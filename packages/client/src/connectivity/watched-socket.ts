import type { TrafficWatcher } from './watched-transport.ts'

/** The same socket; whether it opens is told. One that is closed from here before it did says nothing of the server. */
export function watchedSocket<Socket extends Pick<WebSocket, 'addEventListener' | 'close'>>(
  socket: Socket,
  watcher: TrafficWatcher,
): Socket {
  let isOver = false
  const close = socket.close.bind(socket)
  socket.close = (...why) => {
    isOver = true
    close(...why)
  }
  socket.addEventListener('open', () => {
    isOver = true
    watcher.noteAnswer()
  })
  socket.addEventListener('close', () => {
    if (!isOver) watcher.noteFailure()
  })
  return socket
}
