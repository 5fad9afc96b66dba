import type { Client, DocumentState } from '@rejoin/client'
import { useDocument } from '@rejoin/client/react'
import { useEffect, useState } from 'react'
import type { Person } from './canvas/presence/presence.ts'
import { AppMark } from './chrome/icons.tsx'
import { StatusChip } from './chrome/status-chip.tsx'
import { loadPerson, savePerson } from './person/person.ts'
import { createRoomName, documentOfRoom } from './room/room.ts'
import { RoomView } from './room/room-view.tsx'
import { goToRoom, useRoom } from './room/use-room.ts'
import { Notices } from './sync/notices.tsx'
import { exposeToTests } from './test-hook.ts'

function usePerson(): [Person, (person: Person) => void] {
  const [person, setPerson] = useState(() => loadPerson(localStorage, Math.random))
  useEffect(() => savePerson(localStorage, person), [person])
  return [person, setPerson]
}

/** A load that failed is told, and never shown as an empty canvas. */
function Unavailable({ room, state, reason }: { room: string; state: DocumentState; reason: string }) {
  return (
    <main className="full-page" data-testid="unavailable">
      <StatusChip state={{ ...state, status: 'unavailable' }} />
      <h1>“{room}” cannot be opened</h1>
      <p>{reason}</p>
      <button type="button" className="share-button" onClick={() => goToRoom(createRoomName(Math.random))}>
        Open a new room
      </button>
    </main>
  )
}

function Room({ client, room }: { client: Client; room: string }) {
  const { document, state, error } = useDocument(documentOfRoom(room))
  const [person, setPerson] = usePerson()
  useEffect(() => exposeToTests({ client, room, document }), [client, room, document])
  if (error || state.status === 'unavailable')
    return <Unavailable room={room} state={state} reason={state.reason ?? error?.message ?? 'No reason was given.'} />
  if (!document) {
    return (
      <main className="full-page">
        <AppMark />
        <StatusChip state={state} />
      </main>
    )
  }
  return <RoomView client={client} room={room} document={document} state={state} person={person} onPersonChange={setPerson} />
}

export function App({ client }: { client: Client }) {
  const room = useRoom()
  useEffect(() => {
    document.title = `${room} · Rejoin`
  }, [room])
  return (
    <>
      <Room key={room} client={client} room={room} />
      <Notices client={client} />
    </>
  )
}
