import type { Client, DocumentState } from '@rejoin/client'
import type { Person } from '../canvas/presence/presence.ts'
import { hashOfRoom } from '../room/room.ts'
import { BoardMenu } from './board-menu.tsx'
import { TryButton } from '../try-it/try-button.tsx'
import { AppMark } from './icons.tsx'
import { OfflineSwitch } from './offline-switch.tsx'
import { People } from './people.tsx'
import { PlaceNav } from './place-nav.tsx'
import { ShareButton } from './share-button.tsx'
import { StatusChip } from './status-chip.tsx'

interface Properties {
  readonly client: Client
  readonly room: string
  readonly state: DocumentState
  /** What waits for the person on the sync panel. */
  readonly attention: number
  readonly person: Person
  readonly onPersonChange: (person: Person) => void
}

export function TopBar({ client, room, state, attention, person, onPersonChange }: Properties) {
  return (
    <header className="top-bar">
      <div className="room panel">
        <AppMark />
        <PlaceNav place="room" roomHash={hashOfRoom(room)} attention={attention} />
        <BoardMenu room={room} />
      </div>
      <div className="connection">
        <StatusChip state={state} />
        <OfflineSwitch client={client} />
      </div>
      <People person={person} onChange={onPersonChange} />
      <div className="company panel">
        <TryButton />
        <ShareButton title={room} />
      </div>
    </header>
  )
}
