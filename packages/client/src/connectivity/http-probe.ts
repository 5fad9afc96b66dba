import type { Clock, Scheduler } from '@rejoin/core'
import { z } from 'zod'
import type { ProbeOutcome } from './connectivity-detector.ts'
import { connectivityLimits } from './connectivity-limits.ts'

/** Names the server: the page of a captive portal is not taken for it. */
const answerSchema = z.object({ service: z.literal('rejoin') })

export interface HttpProbeParts {
  /** Of `connectivity-test`. */
  readonly url: string
  /** The members of `fetch` that are used. */
  readonly fetch: (
    url: string,
    init: {
      readonly signal: AbortSignal
      readonly redirect: 'manual'
      readonly cache: 'no-store'
      readonly credentials: 'omit'
    },
  ) => Promise<{ readonly ok: boolean; json(): Promise<unknown> }>
  readonly clock: Clock
  readonly scheduler: Scheduler
}

/** Asks a server whether it is there: without a token, in a few hundred bytes, within 10 s. */
export function createHttpProbe({ url, fetch, clock, scheduler }: HttpProbeParts): () => Promise<ProbeOutcome> {
  return async () => {
    const controller = new AbortController()
    const cancel = scheduler.after(connectivityLimits.probeTimeoutMs, () => controller.abort())
    const startedAt = clock.now()
    try {
      const response = await fetch(url, {
        signal: controller.signal,
        redirect: 'manual',
        cache: 'no-store',
        credentials: 'omit',
      })
      const isServer = response.ok && answerSchema.safeParse(await response.json()).success
      return isServer ? { roundTripMs: Math.max(0, clock.now() - startedAt) } : undefined
    } catch {
      return undefined
    } finally {
      cancel()
    }
  }
}
