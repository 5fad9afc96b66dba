import type { TrafficWatcher } from './watched-transport.ts'

/** The same socket; whether it opens is told. One that is closed from here counts, too: the link gives up a connection that hangs in this way. */
export function watchedSocket<Socket extends Pick<EventTarget, 'addEventListener'>>(
  socket: Socket,
  watcher: TrafficWatcher,
): Socket {
  let isOpened = false
  socket.addEventListener('open', () => {
    isOpened = true
    watcher.noteAnswer(undefined, 'socket')
  })
  socket.addEventListener('close', () => {
    if (!isOpened) watcher.noteFailure('socket')
  })
  return socket
}
