/** The lib0 varUint at `position`. No bounds check: the frames come from servers under test. */
export function readVarUint(bytes: Uint8Array, position: number): number {
  let value = 0
  let factor = 1
  for (let at = position; ; at += 1) {
    const byte = bytes[at] ?? 0
    value += (byte & 127) * factor
    if (byte < 128) return value
    factor *= 128
  }
}

/** How many bytes the value takes as a varUint. */
export function varUintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) bytes += 1
  return bytes
}

/** Writes the value and returns the position after it. */
export function writeVarUint(bytes: Uint8Array, position: number, value: number): number {
  let at = position
  let rest = value
  while (rest > 127) {
    bytes[at++] = 128 | (rest % 128)
    rest = Math.floor(rest / 128)
  }
  bytes[at++] = rest
  return at
}
