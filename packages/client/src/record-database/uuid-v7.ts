import type { Random } from '@rejoin/core'

/** A UUID that rises with time (RFC 9562). Draws at most 16 bits at a time, so that a source of coarse numbers will do. */
export function uuidV7(now: number, random: Random): string {
  const time = Math.max(0, Math.floor(now)).toString(16).padStart(12, '0').slice(-12)
  const draw = (bits: number): number => Math.floor(random.next() * 2 ** bits)
  const hex = (value: number): string => value.toString(16).padStart(4, '0')
  const tail = `${hex(0x7000 + draw(12))}-${hex(0x8000 + draw(14))}-${hex(draw(16))}${hex(draw(16))}${hex(draw(16))}`
  return `${time.slice(0, 8)}-${time.slice(8)}-${tail}`
}
