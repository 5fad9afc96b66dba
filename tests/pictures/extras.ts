import { setMaxListeners } from 'node:events'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { settleWithin } from '../support/wait-for.ts'

/** Somebody else on a board: a stock client that looks and points where it is told. */
export interface Extra extends AsyncDisposable {
  readonly id: number
  readonly doc: Y.Doc
  say(presence: Readonly<Record<string, unknown>>): void
}

export async function enterAsExtra(documentsUrl: string, room: string, person: { name: string; colour: string }): Promise<Extra> {
  // Every provider listens for the end of the process.
  setMaxListeners(100, process)
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(documentsUrl, `canvas/${room}`, doc, { disableBc: true })
  const { awareness } = provider
  await settleWithin('the board is here', new Promise<void>((resolve) => provider.once('sync', () => resolve())))
  awareness.setLocalState({ person, cursor: null, selection: [], preview: null })
  return {
    id: doc.clientID,
    doc,
    say: (presence) => awareness.setLocalState({ ...awareness.getLocalState(), ...presence }),
    [Symbol.asyncDispose]: async () => {
      provider.destroy()
      doc.destroy()
    },
  }
}
