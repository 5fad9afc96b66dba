import type { CSSProperties } from 'react'
import { useEffect } from 'react'
import { useRoomPeople } from '../view/use-room-people.ts'
import { useFollow, useFollowState } from './use-follow.ts'

/** Escape ends it before it means anything else. */
function useEscape(isFollowing: boolean, onEscape: () => void): void {
  useEffect(() => {
    if (!isFollowing) return undefined
    const end = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return
      event.stopImmediatePropagation()
      onEscape()
    }
    window.addEventListener('keydown', end, { capture: true })
    return () => window.removeEventListener('keydown', end, { capture: true })
  }, [isFollowing, onEscape])
}

/** Says whose view the screen shows, in their colour. */
export function FollowFrame() {
  const follow = useFollow()
  const { following } = useFollowState()
  const leader = useRoomPeople().find(({ id }) => id === following)
  useEscape(leader !== undefined, follow.stop)
  if (!leader) return undefined
  const style: CSSProperties & Record<'--person', string> = { '--person': leader.person.colour }
  return (
    <div className="follow-frame" style={style} data-testid="follow-frame" data-following={leader.person.name}>
      <p role="status">
        Following <strong>{leader.person.name}</strong>
        <button type="button" onClick={follow.stop} data-testid="stop-following">
          Stop <kbd className="only-wide">Esc</kbd>
        </button>
      </p>
    </div>
  )
}
