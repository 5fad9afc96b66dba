import { useFollow, useFollowState } from '../canvas/follow/use-follow.ts'
import { useBoard } from '../canvas/view/board-context.ts'
import { useRoomPeople, type RoomPerson } from '../canvas/view/use-room-people.ts'
import { Avatar } from './avatar.tsx'

interface RowProperties {
  readonly peer: RoomPerson
  readonly isFollowed: boolean
  /** One's own tab. */
  readonly self: number
  readonly onDone: () => void
}

function PersonRow({ peer: { id, person, following }, isFollowed, self, onDone }: RowProperties) {
  const follow = useFollow()
  return (
    <button
      type="button"
      className="person-row"
      aria-pressed={isFollowed}
      data-testid="follow"
      data-name={person.name}
      onClick={() => {
        if (isFollowed) follow.stop()
        else follow.start(id)
        onDone()
      }}
    >
      <Avatar person={person} />
      <span className="person-name">
        {person.name}
        {following === self ? <small>follows you</small> : undefined}
      </span>
      <span className="person-action">{isFollowed ? 'Stop following' : 'Follow'}</span>
    </button>
  )
}

/** The others in the room; a press follows what one of them sees. */
export function PeopleList({ onDone }: { onDone: () => void }) {
  const people = useRoomPeople()
  const { doc } = useBoard()
  const { following } = useFollowState()
  if (people.length === 0) return <p className="quiet">Nobody else is here. Share the link, and they appear.</p>
  return (
    <ul className="people-list" aria-label="Others on this board">
      {people.map((peer) => (
        <li key={peer.id}>
          <PersonRow peer={peer} isFollowed={peer.id === following} self={doc.clientID} onDone={onDone} />
        </li>
      ))}
    </ul>
  )
}
