import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness'
import { Doc } from 'yjs'
import { createStore, initialUiState } from '../board/ui-state.ts'
import { isWithin } from '../geometry/box.ts'
import { panBy, type Size } from '../geometry/camera.ts'
import { viewBox } from '../paint/paint-elements.ts'
import { createPeerStore } from '../presence/peer-store.ts'
import { createPublisher } from '../presence/publisher.ts'
import { createPeopleReader } from '../view/use-room-people.ts'
import { cameraShowing } from './follow-camera.ts'
import { createFollow } from './follow.ts'
import { leadsBack } from './followers.ts'

/** A tab whose timers ring and whose frames come when the test says so. */
function openTab(name: string, size: Size) {
  const doc = new Doc()
  const awareness = new Awareness(doc)
  const [timers, frames]: [(() => void)[], (() => void)[]] = [[], []]
  const ui = createStore({ ...initialUiState, size })
  const peers = createPeerStore(awareness)
  const presence = createPublisher(awareness, { setTimeout: (run) => timers.push(run), clearTimeout: () => undefined })
  const follow = createFollow({ doc, ui, peers, presence }, (run) => frames.push(run))
  presence.publish({ person: { name, colour: '#2f6fd6' } })
  return { id: doc.clientID, awareness, ui, peers, presence, follow, timers, frames }
}
type Tab = ReturnType<typeof openTab>

function tell(from: Tab, tabs: readonly Tab[]): void {
  const update = encodeAwarenessUpdate(from.awareness, [from.id])
  for (const tab of tabs) if (tab !== from) applyAwarenessUpdate(tab.awareness, update, 'test')
}

/** Until nobody has anything to say or to draw any more; `false` where that does not come. */
function settle(tabs: readonly Tab[]): boolean {
  for (let turn = 0; turn < 300; turn++) {
    const due = tabs.flatMap((tab) => [...tab.timers.splice(0), ...tab.frames.splice(0)])
    for (const run of due) run()
    for (const tab of tabs) tell(tab, tabs)
    if (due.length === 0 && turn > 2) return true
  }
  return false
}

const length = fc.integer({ min: 320, max: 3_000 })
const screen = fc.record({ width: length, height: length })
const offset = fc.integer({ min: -5_000, max: 5_000 })
const camera = fc.record({ x: offset, y: offset, zoom: fc.double({ min: 0.2, max: 4, noNaN: true }) })

test('[SH9] who follows sees all that the other sees, whatever the screens, and the other knows that they are followed', () => {
  fc.assert(
    fc.property(screen, screen, camera, (wide, narrow, looksAt) => {
      const [ada, grace] = [openTab('Ada', wide), openTab('Grace', narrow)]
      settle([ada, grace])
      expect(grace.peers.peers[0]?.view).toBe(null)
      ada.follow.start(grace.id)
      settle([ada, grace])
      grace.ui.set({ camera: looksAt })
      settle([ada, grace])
      const [seen, shown] = [viewBox(grace.ui.get()), viewBox(ada.ui.get())]
      const air = { x: shown.x - 1, y: shown.y - 1, width: shown.width + 2, height: shown.height + 2 }
      expect(isWithin(seen, air)).toBe(true)
      expect([ada.follow.state.get(), grace.follow.state.get()]).toEqual([
        { following: grace.id, followers: 0 },
        { following: undefined, followers: 1 },
      ])
    }),
    { numRuns: 40 },
  )
})

function openPair() {
  const tabs = [openTab('Ada', { width: 1_000, height: 700 }), openTab('Grace', { width: 400, height: 800 })] as const
  settle(tabs)
  return tabs
}

test('[SH10] any movement of one’s own ends it, and stopping does; the other is told, and says no more what they see', () => {
  for (const end of [(tab: Tab) => tab.ui.set({ camera: panBy(tab.ui.get().camera, 1, 0) }), (tab: Tab) => tab.follow.stop()]) {
    const [ada, grace] = openPair()
    ada.follow.start(grace.id)
    settle([ada, grace])
    ada.ui.set({ tool: 'hand' })
    expect(ada.follow.state.get().following).toBe(grace.id)
    end(ada)
    settle([ada, grace])
    expect([ada.follow.state.get().following, grace.follow.state.get().followers]).toEqual([undefined, 0])
    expect(ada.peers.peers[0]?.view).toBe(null)
    const before = ada.ui.get().camera
    grace.ui.set({ camera: { x: 9, y: 9, zoom: 2 } })
    settle([ada, grace])
    expect(ada.ui.get().camera).toBe(before)
  }
})

test('[SH10] it ends with the one who is followed', () => {
  const [ada, grace] = openPair()
  ada.follow.start(grace.id)
  settle([ada, grace])
  grace.awareness.setLocalState(null)
  tell(grace, [ada])
  expect(ada.follow.state.get().following).toBe(undefined)
})

test('[SH10] people who follow each other in a circle come to rest', () => {
  const tabs = ['Ada', 'Grace', 'Lin'].map((name, index) =>
    openTab(name, { width: 500 + 300 * index, height: 900 - 200 * index }),
  )
  const [ada, grace, lin] = tabs
  if (!ada || !grace || !lin) throw new Error('there are three')
  settle(tabs)
  ada.follow.start(grace.id)
  grace.follow.start(lin.id)
  settle(tabs)
  lin.follow.start(ada.id)
  expect(settle(tabs)).toBe(true)
  expect(tabs.some(({ follow }) => follow.state.get().following === undefined)).toBe(true)
})

test('[SH10] a chain leads back only where it reaches oneself', () => {
  const chain = [
    { id: 2, following: 3 },
    { id: 3, following: 1 },
    { id: 4, following: 5 },
    { id: 5, following: 4 },
    { id: 6, following: null },
  ]
  expect([2, 3, 4, 6, 1].map((leader) => leadsBack(chain, leader, 1))).toEqual([true, true, false, false, true])
})

test('[SH9] a view that no camera gets to is none', () => {
  const [ada, grace] = openPair()
  const view = { x: 0, y: 0, width: 100, height: 100 }
  for (const wrong of [{ x: 1e308 }, { y: -1e10 }, { width: 0 }, { height: 1e12 }]) {
    grace.presence.publish({ view: { ...view, ...wrong } })
    settle([ada, grace])
    expect(ada.peers.peers.map((peer) => [peer.person.name, peer.view])).toEqual([['Grace', null]])
  }
})

test('[SH9] a view that is tiny is not blown up without end', () => {
  expect(cameraShowing({ x: 0, y: 0, width: 1e-9, height: 1e-9 }, { width: 800, height: 600 }).zoom).toBe(8)
})

test('[SH11] the list of people is the same one while pointers move', () => {
  const [ada, grace] = openPair()
  const read = createPeopleReader(ada.peers)
  const before = read()
  expect(before).toEqual([{ id: grace.id, person: { name: 'Grace', colour: '#2f6fd6' }, following: null }])
  grace.presence.publish({ cursor: { x: 1, y: 2 } })
  settle([ada, grace])
  expect(ada.peers.peers[0]?.cursor).toEqual({ x: 1, y: 2 })
  expect(read()).toBe(before)
  grace.presence.publish({ person: { name: 'Grace', colour: '#e5484d' } })
  settle([ada, grace])
  expect(read()).toEqual([{ id: grace.id, person: { name: 'Grace', colour: '#e5484d' }, following: null }])
})
