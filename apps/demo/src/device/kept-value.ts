import type { z } from 'zod'

type KeyValueStorage = Pick<Storage, 'getItem' | 'setItem'>

/** A value that a device remembers. */
export interface KeptValue<T> {
  /** The same object until it changes. */
  readonly get: () => T
  /** Works on what is kept now, which another tab may have written. */
  change(make: (value: T) => T): void
  readonly subscribe: (listener: () => void) => () => void
  /** Another tab wrote it. */
  refresh(): void
}

interface KeptValueParts<T> {
  readonly key: string
  readonly schema: z.ZodType<T>
  /** Where nothing is kept, or nothing that can be read. */
  readonly initial: T
}

function parse<T>(stored: string | null, { schema, initial }: KeptValueParts<T>): T {
  if (stored === null) return initial
  try {
    const parsed = schema.safeParse(JSON.parse(stored))
    return parsed.success ? parsed.data : initial
  } catch (error) {
    if (error instanceof SyntaxError) return initial
    throw error
  }
}

export function createKeptValue<T>(storage: KeyValueStorage, parts: KeptValueParts<T>): KeptValue<T> {
  const listeners = new Set<() => void>()
  let stored = storage.getItem(parts.key)
  let value = parse(stored, parts)
  const refresh = (): void => {
    const now = storage.getItem(parts.key)
    if (now === stored) return
    stored = now
    value = parse(now, parts)
    for (const listener of listeners) listener()
  }
  return {
    get: () => value,
    refresh,
    change(make) {
      refresh()
      value = make(value)
      stored = JSON.stringify(value)
      storage.setItem(parts.key, stored)
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
