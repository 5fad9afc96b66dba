import type { DocumentState, OpenDocument } from '@rejoin/client'
import { useSyncState } from '@rejoin/client/react'
import { useEffect } from 'react'
import { FollowFrame } from '../canvas/follow/follow-frame.tsx'
import type { Person } from '../canvas/presence/presence.ts'
import { BoardContext } from '../canvas/view/board-context.ts'
import { Canvas } from '../canvas/view/canvas.tsx'
import { EmptyHint } from '../chrome/empty-hint.tsx'
import { HelpSheet } from '../chrome/help-sheet.tsx'
import { PropertiesBar } from '../chrome/properties-bar.tsx'
import { Toolbar } from '../chrome/toolbar.tsx'
import { TopBar } from '../chrome/top-bar.tsx'
import { HistoryControls, ZoomControls } from '../chrome/view-controls.tsx'
import type { DemoClient } from '../demo-client.ts'
import { CanvasTry } from '../try-it/canvas-try.tsx'
import { FirstVisitHint } from '../try-it/first-visit.tsx'
import { useTryShown } from '../try-it/try-open.ts'
import { boardOf } from './board-of.ts'
import { withVisit } from './room-list.ts'
import { visitedRooms } from './visited-rooms.ts'

interface Properties {
  readonly client: DemoClient
  readonly room: string
  readonly document: OpenDocument
  readonly state: DocumentState
  readonly person: Person
  readonly onPersonChange: (person: Person) => void
}

/** One room: its canvas, and the controls floating over it. */
export function RoomView({ client, room, document, state, person, onPersonChange }: Properties) {
  const board = boardOf(document)
  const { attention } = useSyncState()
  const isTryShown = useTryShown()
  const isReadOnly = state.status === 'readOnly'
  useEffect(() => visitedRooms.change((rooms) => withVisit(rooms, room, Date.now())), [room])
  useEffect(() => board.presence.publish({ person }), [board, person])
  useEffect(() => board.ui.set({ isReadOnly, ...(isReadOnly ? { tool: 'select' } : {}) }), [board, isReadOnly])
  return (
    <BoardContext value={board}>
      <main>
        <Canvas />
        <FollowFrame />
        <EmptyHint />
        <HistoryControls />
        <ZoomControls />
        <PropertiesBar />
        <Toolbar />
        <HelpSheet />
        {isTryShown ? <CanvasTry client={client} document={document} /> : <FirstVisitHint />}
      </main>
      <TopBar client={client} room={room} state={state} attention={attention} person={person} onPersonChange={onPersonChange} />
    </BoardContext>
  )
}
