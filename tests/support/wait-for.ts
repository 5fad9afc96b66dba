/** Longest that a condition may take unless a test says otherwise. */
const deadlineMs = 15_000
/** Polls soon at first, then more and more seldom. */
const pollMs = { first: 10, growth: 1.3, last: 120 }

export interface WaitOptions {
  readonly withinMs?: number
}

/**
 * Polls until `read` gives something other than `undefined` or `false`, and resolves with it.
 * Rejects after the deadline, naming what was waited for; an error thrown by `read` is the reason given.
 */
export async function waitFor<T>(
  what: string,
  read: () => T | undefined | false | Promise<T | undefined | false>,
  options: WaitOptions = {},
): Promise<T> {
  const withinMs = options.withinMs ?? deadlineMs
  const endMs = Date.now() + withinMs
  for (let waitMs = pollMs.first; ; waitMs = Math.min(pollMs.last, waitMs * pollMs.growth)) {
    const outcome = await attempt(read)
    if (outcome.value !== undefined && outcome.value !== false) return outcome.value
    if (Date.now() >= endMs) throw new Error(`waited ${withinMs} ms in vain: ${what}`, { cause: outcome.error })
    await new Promise((resolve) => setTimeout(resolve, waitMs))
  }
}

/** Rejects where a promise has not settled in time, naming what was waited for. */
export async function settleWithin<T>(what: string, promise: Promise<T>, options: WaitOptions = {}): Promise<T> {
  const withinMs = options.withinMs ?? deadlineMs
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`waited ${withinMs} ms in vain: ${what}`)), withinMs)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

async function attempt<T>(
  read: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<{ readonly value: T | undefined | false; readonly error?: unknown }> {
  try {
    return { value: await read() }
  } catch (error) {
    return { value: undefined, error }
  }
}
