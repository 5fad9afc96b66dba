import { writeVarUint } from './var-uint.ts'

/** Length of the longest update that `encodeTypedCharacter` makes. */
const updateBytesMax = 48
const scratch = new Uint8Array(updateBytesMax)
const parentName = new TextEncoder().encode('text')
const contentString = 4
const hasOrigin = 0x80

/**
 * The update that a client sends when a person types one character after their last one: a real Yjs V1 update, the
 * same bytes as `Y.Text.insert` emits, made without a Y.Doc. Clock 0 begins a text of that client at the start of the root `text`.
 */
export function encodeTypedCharacter(client: number, clock: number): Uint8Array {
  let at = writeVarUint(scratch, 0, 1)
  at = writeVarUint(scratch, at, 1)
  at = writeVarUint(scratch, at, client)
  at = writeVarUint(scratch, at, clock)
  if (clock === 0) {
    scratch[at++] = contentString
    scratch[at++] = 1
    scratch[at++] = parentName.length
    scratch.set(parentName, at)
    at += parentName.length
  } else {
    scratch[at++] = contentString | hasOrigin
    at = writeVarUint(scratch, at, client)
    at = writeVarUint(scratch, at, clock - 1)
  }
  scratch[at++] = 1
  scratch[at++] = 97 + (clock % 26)
  scratch[at++] = 0
  return scratch.slice(0, at)
}
