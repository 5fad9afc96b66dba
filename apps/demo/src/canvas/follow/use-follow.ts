import { useSyncExternalStore } from 'react'
import type { Board } from '../board/board.ts'
import { useBoard } from '../view/board-context.ts'
import { createFollow, type Follow, type FollowState } from './follow.ts'

const follows = new WeakMap<Board, Follow>()

/** One for each board, closed with its document. */
function followOf(board: Board): Follow {
  const known = follows.get(board)
  if (known) return known
  const follow = createFollow(board, (run) => void requestAnimationFrame(run))
  follows.set(board, follow)
  board.doc.once('destroy', follow.close)
  return follow
}

export function useFollow(): Follow {
  return followOf(useBoard())
}

export function useFollowState(): FollowState {
  const { state } = useFollow()
  return useSyncExternalStore(state.subscribe, () => state.get())
}
