import fc from 'fast-check'
import { expect, test } from 'vitest'
import { roomListSchema, roomsMax, titleOf, withoutRoom, withTitle, withVisit, type RoomList } from './room-list.ts'

test('[SH8] the latest visit is first, a room is listed once, and keeps the name that it was given', () => {
  let rooms: RoomList = []
  rooms = withVisit(rooms, 'calm-otter', 1)
  rooms = withTitle(rooms, 'calm-otter', '  Kitchen plan ')
  rooms = withVisit(rooms, 'happy-fjord', 2)
  expect(withVisit(rooms, 'calm-otter', 3)).toEqual([
    { room: 'calm-otter', title: 'Kitchen plan', visitedAt: 3 },
    { room: 'happy-fjord', visitedAt: 2 },
  ])
  expect([titleOf(rooms, 'calm-otter'), titleOf(rooms, 'happy-fjord'), titleOf(rooms, 'never-seen')]).toEqual([
    'Kitchen plan',
    'happy-fjord',
    'never-seen',
  ])
  expect(withTitle(rooms, 'calm-otter', ' ')).toEqual([
    { room: 'happy-fjord', visitedAt: 2 },
    { room: 'calm-otter', visitedAt: 1 },
  ])
  expect(withoutRoom(rooms, 'happy-fjord')).toEqual([{ room: 'calm-otter', title: 'Kitchen plan', visitedAt: 1 }])
})

test('[SH8] whatever a person does, the list can be kept and read again, and is no longer than its bound', () => {
  const name = fc.string({ minLength: 1, maxLength: 4 })
  const step = fc.oneof(
    fc.record({ type: fc.constant('visit' as const), room: name }),
    fc.record({ type: fc.constant('title' as const), room: name, title: fc.string({ maxLength: 90 }) }),
    fc.record({ type: fc.constant('remove' as const), room: name }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      let rooms: RoomList = []
      for (const [at, made] of steps.entries()) {
        if (made.type === 'visit') rooms = withVisit(rooms, made.room, at)
        else rooms = made.type === 'title' ? withTitle(rooms, made.room, made.title) : withoutRoom(rooms, made.room)
      }
      expect(roomListSchema.parse(JSON.parse(JSON.stringify(rooms)))).toEqual(rooms)
      expect(new Set(rooms.map(({ room }) => room)).size).toBe(rooms.length)
      expect(rooms.length).toBeLessThanOrEqual(roomsMax)
    }),
  )
})

test('[SH8] the room visited longest ago makes place', () => {
  const rooms = Array.from({ length: roomsMax + 5 }, (_, at) => at).reduce<RoomList>(
    (list, at) => withVisit(list, `room-${at}`, at),
    [],
  )
  expect([rooms.length, rooms[0]?.room, rooms.at(-1)?.room]).toEqual([roomsMax, `room-${roomsMax + 4}`, 'room-5'])
})
