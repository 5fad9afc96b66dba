import { keptOnThisDevice } from '../device/this-device.ts'
import { roomListSchema } from './room-list.ts'

/** This device's list of rooms: nobody is signed in on this page, so there is no other. */
export const visitedRooms = keptOnThisDevice('rooms', roomListSchema, [])
