import type { Client, DocumentState, OpenDocument } from '@rejoin/client'
import { useEffect, useState } from 'react'
import type { Board } from '../canvas/board/board.ts'
import { createBoard } from '../canvas/board/board.ts'
import type { Person } from '../canvas/presence/presence.ts'
import { BoardContext } from '../canvas/view/board-context.ts'
import { Canvas } from '../canvas/view/canvas.tsx'
import { EmptyHint } from '../chrome/empty-hint.tsx'
import { PropertiesBar } from '../chrome/properties-bar.tsx'
import { Toolbar } from '../chrome/toolbar.tsx'
import { TopBar } from '../chrome/top-bar.tsx'
import { HistoryControls, ZoomControls } from '../chrome/view-controls.tsx'

interface Properties {
  readonly client: Client
  readonly room: string
  readonly document: OpenDocument
  readonly state: DocumentState
  readonly person: Person
  readonly onPersonChange: (person: Person) => void
}

function openBoard({ doc, awareness }: OpenDocument): Board {
  return createBoard({
    doc,
    awareness,
    host: {
      now: () => Date.now(),
      createId: () => crypto.randomUUID(),
      setTimeout: (callback, ms) => window.setTimeout(callback, ms),
      clearTimeout: (timer) => window.clearTimeout(timer),
    },
  })
}

/** The board of an open document; `undefined` until the first effect has run. */
function useOpenBoard(document: OpenDocument): Board | undefined {
  const [board, setBoard] = useState<Board>()
  useEffect(() => {
    const opened = openBoard(document)
    setBoard(opened)
    return () => {
      setBoard(undefined)
      opened.close()
    }
  }, [document])
  return board
}

/** One room: its canvas, and the controls floating over it. */
export function RoomView({ client, room, document, state, person, onPersonChange }: Properties) {
  const board = useOpenBoard(document)
  const isReadOnly = state.status === 'readOnly'
  useEffect(() => board?.presence.publish({ person, cursor: null, selection: [], preview: null }), [board, person])
  useEffect(() => board?.ui.set({ isReadOnly, ...(isReadOnly ? { tool: 'select' } : {}) }), [board, isReadOnly])
  if (!board) return undefined
  return (
    <BoardContext value={board}>
      <main>
        <Canvas />
        <EmptyHint />
      </main>
      <TopBar client={client} room={room} state={state} person={person} onPersonChange={onPersonChange} />
      <HistoryControls />
      <ZoomControls />
      <PropertiesBar />
      <Toolbar />
    </BoardContext>
  )
}
