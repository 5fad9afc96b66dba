import type { SeededRandom } from '@rejoin/core/testing'
import * as Y from 'yjs'
import { editAtRandom } from './edit-at-random.ts'

interface Editor {
  readonly doc: Y.Doc
  readonly undo: Y.UndoManager
  /** How much of the session's log it has received. */
  received: number
}

/**
 * People who edit one document through a server that passes on every update in the order in which it came. Each receives the
 * log late, and sends its own updates at once: the log is in causal order, as a room's is.
 */
export interface EditingSession {
  /** What the editors sent, in order. */
  readonly log: readonly Uint8Array[]
  readonly docs: readonly Y.Doc[]
  /** One person edits, undoes, redoes, or receives some of the log. */
  step(): void
  /** Everybody receives everything. */
  settle(): void
}

const remote = Symbol('remote')

export function createEditingSession(random: SeededRandom, editorCount = 3): EditingSession {
  const log: Uint8Array[] = []
  const editors = Array.from({ length: editorCount }, (_, index) => createEditor(random.below(2 ** 32), index % 2 === 0))
  for (const { doc } of editors) {
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== remote) log.push(update)
    })
  }
  const receive = (editor: Editor, until: number): void => {
    while (editor.received < until) {
      const update = log[editor.received++]
      if (update !== undefined) Y.applyUpdate(editor.doc, update, remote)
    }
  }
  return {
    log,
    docs: editors.map(({ doc }) => doc),
    step: () => {
      const editor = random.pick(editors)
      if (random.chance(0.3)) receive(editor, editor.received + random.below(log.length - editor.received + 1))
      else if (random.chance(0.1)) editor.undo.undo()
      else if (random.chance(0.05)) editor.undo.redo()
      else editAtRandom(editor.doc, random)
    },
    settle: () => {
      // Receiving may itself edit (Yjs removes formats that nothing needs), so this goes on until nobody has more to say.
      while (editors.some(({ received }) => received < log.length)) for (const editor of editors) receive(editor, log.length)
    },
  }
}

function createEditor(clientID: number, gc: boolean): Editor {
  const doc = new Y.Doc({ gc })
  doc.clientID = clientID
  const undo = new Y.UndoManager([doc.getText('text'), doc.getMap('map'), doc.getArray('array'), doc.getXmlFragment('xml')], {
    captureTimeout: 0,
  })
  return { doc, undo, received: 0 }
}
