import type { RequestReplayer } from '../sync/request-replayer.ts'

/** For devices whose app makes no requests of its own: nobody answers. */
export const deafReplayer: RequestReplayer = {
  replay: () => Promise.resolve({ type: 'unreachable', message: 'no answer' }),
}
