import type { DocumentState } from '@rejoin/client'
import { useDocument } from '@rejoin/client/react'
import { useCallback, useEffect } from 'react'
import { personSchema, type Person } from './canvas/presence/presence.ts'
import { AppMark } from './chrome/icons.tsx'
import { StatusChip } from './chrome/status-chip.tsx'
import type { DemoClient } from './demo-client.ts'
import { keptOnThisDevice, useKept } from './device/this-device.ts'
import { createPerson } from './person/person.ts'
import { useBackgroundSyncNotice } from './pwa/use-background-sync-notice.ts'
import { useUpdateNotice } from './pwa/use-update-notice.ts'
import type { Place } from './room/place.ts'
import { createRoomName, documentOfRoom } from './room/room.ts'
import { titleOf } from './room/room-list.ts'
import { RoomView } from './room/room-view.tsx'
import { goToRoom, usePlace } from './room/use-place.ts'
import { visitedRooms } from './room/visited-rooms.ts'
import { StockPage } from './stock/view/stock-page.tsx'
import { StockProvider } from './stock/view/stock-provider.tsx'
import { SyncPage } from './sync-panel/sync-page.tsx'
import { showFlash } from './sync/flash-toast.tsx'
import { Notices } from './sync/notices.tsx'
import { exposeToTests } from './test-hook.ts'

/** Made up on the first visit, and kept from then on. */
const keptPerson = keptOnThisDevice('person', personSchema, createPerson(Math.random))

function usePerson(): [Person, (person: Person) => void] {
  const person = useKept(keptPerson)
  useEffect(() => keptPerson.change((kept) => kept), [])
  return [person, useCallback((next: Person) => keptPerson.change(() => next), [])]
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

function Room({ client, room }: { client: DemoClient; room: string }) {
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

function PlacePage({ client, place }: { client: DemoClient; place: Place }) {
  switch (place.type) {
    case 'room':
      return <Room key={place.room} client={client} room={place.room} />
    case 'stock':
      return <StockPage client={client} />
    case 'sync':
      return <SyncPage client={client} />
  }
}

const titles = { stock: 'Stock room', sync: 'Sync' } as const

export function App({ client }: { client: DemoClient }) {
  const place = usePlace()
  const rooms = useKept(visitedRooms)
  const title = place.type === 'room' ? titleOf(rooms, place.room) : titles[place.type]
  useBackgroundSyncNotice(client, showFlash)
  useUpdateNotice(showFlash)
  useEffect(() => {
    document.title = `${title} · Rejoin`
  }, [title])
  return (
    <StockProvider client={client} onFlash={showFlash}>
      <PlacePage client={client} place={place} />
      <Notices client={client} place={place.type} />
    </StockProvider>
  )
}
