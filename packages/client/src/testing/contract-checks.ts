/** Compares plain data, byte arrays included. Throws with both sides in the message. */
export function assertEqual(actual: unknown, expected: unknown, what: string): void {
  const [left, right] = [toText(actual), toText(expected)]
  if (left !== right) throw new Error(`${what}: expected ${right}, got ${left}`)
}

export function assert(isTrue: boolean, what: string): asserts isTrue {
  if (!isTrue) throw new Error(what)
}

/** Waits for a rejection with this code. */
export async function assertRejects(promise: Promise<unknown>, code: string): Promise<void> {
  const [outcome] = await Promise.allSettled([promise])
  if (outcome.status === 'fulfilled') throw new Error(`expected a rejection with ${code}, got ${toText(outcome.value)}`)
  const reason: unknown = outcome.reason
  assertEqual(
    typeof reason === 'object' && reason !== null && 'code' in reason ? reason.code : reason,
    code,
    'code of the rejection',
  )
}

function toText(value: unknown): string {
  return String(
    JSON.stringify(value, (_key, part: unknown) =>
      part instanceof Uint8Array ? { bytes: [...part] } : part === undefined ? '(undefined)' : part,
    ),
  )
}
