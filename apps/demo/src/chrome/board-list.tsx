import { agoWords, useNow } from '@rejoin/client/ui'
import { useState } from 'react'
import { useKept } from '../device/this-device.ts'
import { createRoomName, hashOfRoom } from '../room/room.ts'
import { withoutRoom, withTitle, type VisitedRoom } from '../room/room-list.ts'
import { goToRoom } from '../room/use-place.ts'
import { visitedRooms } from '../room/visited-rooms.ts'
import { IconButton } from './icon-button.tsx'
import { Icon } from './icons.tsx'

function TitleForm({ room, title, onDone }: { room: string; title: string; onDone: () => void }) {
  const [text, setText] = useState(title)
  return (
    <form
      className="room-title"
      onSubmit={(event) => {
        event.preventDefault()
        visitedRooms.change((rooms) => withTitle(rooms, room, text))
        onDone()
      }}
    >
      <input
        className="input"
        autoFocus
        value={text}
        maxLength={60}
        aria-label={`Your name for ${room}`}
        data-testid="room-title"
        onFocus={(event) => event.target.select()}
        onChange={(event) => setText(event.target.value)}
      />
      <IconButton icon="check" label="Keep this name" type="submit" />
    </form>
  )
}

function RoomRow({
  visited,
  isCurrent,
  now,
  onChoose,
}: {
  visited: VisitedRoom
  isCurrent: boolean
  now: number
  onChoose: () => void
}) {
  const [isNaming, setNaming] = useState(false)
  const { room, title = room, visitedAt } = visited
  if (isNaming) return <TitleForm room={room} title={title} onDone={() => setNaming(false)} />
  return (
    <>
      <a href={hashOfRoom(room)} aria-current={isCurrent ? 'page' : undefined} onClick={onChoose}>
        <strong>{title}</strong>
        <span>{isCurrent ? 'You are here' : agoWords(visitedAt, now)}</span>
      </a>
      <IconButton
        icon="edit"
        label={`Rename ${title} on this device`}
        data-testid="rename-room"
        onClick={() => setNaming(true)}
      />
      {isCurrent ? undefined : (
        <IconButton
          icon="close"
          label={`Take ${title} off this list`}
          data-testid="forget-room"
          onClick={() => visitedRooms.change((rooms) => withoutRoom(rooms, room))}
        />
      )}
    </>
  )
}

/** The boards that this device has visited. */
export function BoardList({ room: current, onChoose }: { room: string; onChoose: () => void }) {
  const rooms = useKept(visitedRooms)
  const now = useNow()
  return (
    <>
      <button
        type="button"
        className="button primary"
        data-testid="new-room"
        onClick={() => {
          goToRoom(createRoomName(Math.random))
          onChoose()
        }}
      >
        <Icon name="plus" size={18} /> New board
      </button>
      <ul className="room-list" aria-label="Boards visited on this device">
        {rooms.map((visited) => (
          <li key={visited.room} data-testid="visited-room" data-room={visited.room}>
            <RoomRow visited={visited} isCurrent={visited.room === current} now={now} onChoose={onChoose} />
          </li>
        ))}
      </ul>
      <p className="quiet">This list and these names are kept on this device. Whoever has a board’s link can open it.</p>
    </>
  )
}
