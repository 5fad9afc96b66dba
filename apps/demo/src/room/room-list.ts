import { z } from 'zod'

/** Most rooms that a device remembers; the one visited longest ago goes first. */
export const roomsMax = 60

const visitedRoomSchema = z.object({
  room: z.string().min(1).max(60),
  /** This device's own name for it; its address, which is the same for everybody, stays. */
  title: z.string().min(1).max(60).optional(),
  /** Device time of the last visit, ms since the epoch. */
  visitedAt: z.number(),
})
export type VisitedRoom = z.infer<typeof visitedRoomSchema>

/** The rooms that a device has visited, the latest first. */
export const roomListSchema = z.array(visitedRoomSchema).max(roomsMax).readonly()
export type RoomList = z.infer<typeof roomListSchema>

export function withVisit(rooms: RoomList, room: string, visitedAt: number): RoomList {
  const title = rooms.find((known) => known.room === room)?.title
  const visit = { room, visitedAt, ...(title !== undefined && { title }) }
  return [visit, ...rooms.filter((known) => known.room !== room)].slice(0, roomsMax)
}

/** Without a title, a room is called by its address again. */
export function withTitle(rooms: RoomList, room: string, title: string): RoomList {
  const short = title.trim().slice(0, 60)
  return rooms.map((known) => {
    if (known.room !== room) return known
    const { title: _, ...rest } = known
    return short === '' || short === room ? rest : { ...rest, title: short }
  })
}

/** The room itself stays as it is, for everybody who has its link. */
export function withoutRoom(rooms: RoomList, room: string): RoomList {
  return rooms.filter((known) => known.room !== room)
}

export function titleOf(rooms: RoomList, room: string): string {
  return rooms.find((known) => known.room === room)?.title ?? room
}
