import { syncLimits, type JsonObject } from '@rejoin/core'

/** Whether an operation of this payload could not be sent at all, whatever else is in the request. */
export function isTooLarge(payload: JsonObject): boolean {
  const text = JSON.stringify(payload)
  const bytesMax = syncLimits.operationBytesMax - 1024
  // A character takes at most three bytes, so most need no counting.
  return text.length * 3 > bytesMax && new TextEncoder().encode(text).byteLength > bytesMax
}
