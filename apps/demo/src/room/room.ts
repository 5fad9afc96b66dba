import { z } from 'zod'

const adjectives = [
  'amber',
  'brave',
  'calm',
  'clever',
  'coral',
  'dapper',
  'eager',
  'gentle',
  'golden',
  'happy',
  'jolly',
  'lively',
  'lucky',
  'mellow',
  'misty',
  'nimble',
  'proud',
  'quiet',
  'rapid',
  'silver',
  'sunny',
  'swift',
  'velvet',
  'witty',
]
const nouns = [
  'badger',
  'beacon',
  'birch',
  'canyon',
  'comet',
  'falcon',
  'fjord',
  'garden',
  'harbor',
  'heron',
  'island',
  'lantern',
  'maple',
  'meadow',
  'orchid',
  'otter',
  'panda',
  'pebble',
  'river',
  'robin',
  'summit',
  'tiger',
  'valley',
  'willow',
]
/** Without letters and digits that look alike. */
const tailLetters = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A value in [0, 1), as `Math.random` gives. */
export type RandomShare = () => number

const pick = <T>(values: ArrayLike<T>, random: RandomShare): T | undefined => values[Math.floor(random() * values.length)]

/** A name one can read out over the phone, such as `amber-otter-7k2f`; about 500 million of them. */
export function createRoomName(random: RandomShare): string {
  const tail = Array.from({ length: 4 }, () => pick(tailLetters, random)).join('')
  return `${pick(adjectives, random)}-${pick(nouns, random)}-${tail}`
}

const roomNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u)

/** The room in an address such as `#/amber-otter-7k2f`; `undefined` if there is none, or none that can be a name. */
export function roomFromHash(hash: string): string | undefined {
  try {
    const parsed = roomNameSchema.safeParse(decodeURIComponent(hash.replace(/^#\/?/, '')))
    return parsed.success ? parsed.data : undefined
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

export function hashOfRoom(room: string): string {
  return `#/${encodeURIComponent(room)}`
}

/** The name of the document that holds the room's canvas. */
export function documentOfRoom(room: string): string {
  return `canvas/${room}`
}
