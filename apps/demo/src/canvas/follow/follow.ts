import type { Board } from '../board/board.ts'
import { createStore, type Store } from '../board/ui-state.ts'
import type { Camera } from '../geometry/camera.ts'
import { viewBox } from '../paint/paint-elements.ts'
import { approach, cameraShowing } from './follow-camera.ts'
import { followersOf, leadsBack } from './followers.ts'

export interface FollowState {
  /** The tab whose view is followed. */
  readonly following: number | undefined
  /** How many follow this one. */
  readonly followers: number
}

export interface Follow {
  readonly state: Pick<Store<FollowState>, 'get' | 'subscribe'>
  /** Takes up the view of the peer with this id, until any other movement of the camera, `stop`, or their leaving. */
  readonly start: (id: number) => void
  readonly stop: () => void
  readonly close: () => void
}

/** Runs once before the next frame is shown. */
export type RequestFrame = (run: () => void) => void

type FollowedBoard = Pick<Board, 'doc' | 'ui' | 'peers' | 'presence'>

/** Tells the others what this tab sees, for as long as somebody follows it. */
function createViewTeller({ ui, presence }: FollowedBoard) {
  let told: { readonly camera: Camera; readonly size: unknown } | undefined
  return (isFollowed: boolean): void => {
    const { camera, size } = ui.get()
    if (!isFollowed) {
      if (told) presence.publish({ view: null })
      told = undefined
    } else if (told?.camera !== camera || told.size !== size) {
      told = { camera, size }
      presence.publish({ view: viewBox({ camera, size }) })
    }
  }
}

/** Moves the camera to where it is aimed, a step with each frame. */
function createPursuit({ ui }: Pick<FollowedBoard, 'ui'>, requestFrame: RequestFrame) {
  /** Where the pursuit has put the camera: anywhere else, and the person has moved it. */
  let own = ui.get().camera
  let target: Camera | undefined
  let isFrameDue = false
  const frameSoon = (): void => {
    if (isFrameDue) return
    isFrameDue = true
    requestFrame(step)
  }
  const step = (): void => {
    isFrameDue = false
    if (!target) return
    own = approach(ui.get().camera, target)
    if (own === target) target = undefined
    else frameSoon()
    ui.set({ camera: own })
  }
  return {
    begin: () => (own = ui.get().camera),
    aim(next: Camera) {
      target = next
      frameSoon()
    },
    end: () => (target = undefined),
    isUndisturbed: () => ui.get().camera === own,
  }
}

/** Following somebody's view, and being followed. Whoever creates it closes it. */
export function createFollow(board: FollowedBoard, requestFrame: RequestFrame): Follow {
  const { doc, ui, peers, presence } = board
  const state = createStore<FollowState>({ following: undefined, followers: 0 })
  const tellView = createViewTeller(board)
  const pursuit = createPursuit(board, requestFrame)

  const stop = (): void => {
    if (state.get().following === undefined) return
    pursuit.end()
    state.set({ following: undefined })
    presence.publish({ following: null })
  }
  const aim = (): void => {
    const { following } = state.get()
    if (following === undefined) return
    const leader = peers.peers.find(({ id }) => id === following)
    if (!leader || leadsBack(peers.peers, following, doc.clientID)) return stop()
    if (leader.view) pursuit.aim(cameraShowing(leader.view, ui.get().size))
  }
  const start = (id: number): void => {
    pursuit.begin()
    state.set({ following: id })
    presence.publish({ following: id })
    aim()
  }
  const onPeers = (): void => {
    const followers = followersOf(peers.peers, doc.clientID).length
    if (followers !== state.get().followers) state.set({ followers })
    tellView(followers > 0)
    aim()
  }
  let { size } = ui.get()
  const onUi = (): void => {
    tellView(state.get().followers > 0)
    if (!pursuit.isUndisturbed()) stop()
    if (ui.get().size !== size) aim()
    size = ui.get().size
  }
  // Says nothing any more: it ends with the presence that would tell it.
  const stops = [peers.subscribe(onPeers), ui.subscribe(onUi), pursuit.end]
  onPeers()
  return { state, start, stop, close: () => stops.forEach((end) => end()) }
}
