/** The members of a `Worker` that are used. */
export interface WorkerLike extends Pick<EventTarget, 'addEventListener' | 'removeEventListener'> {
  postMessage(message: unknown, transfer: Transferable[]): void
}
