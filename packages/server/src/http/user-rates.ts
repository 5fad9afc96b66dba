import type { Clock } from '@rejoin/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Identity } from '../auth/identity.ts'
import { identityOf } from './authentication.ts'
import { RequestRefusal } from './error-reply.ts'
import { httpLimits } from './http-limits.ts'

const windowMs = 60_000

type Counted = 'requests' | 'operations' | 'deviceRequests'

const words: Readonly<Record<Counted, string>> = {
  requests: 'requests',
  operations: 'operations',
  deviceRequests: 'requests about devices',
}

const maxima: Readonly<Record<Counted, number>> = {
  requests: httpLimits.recordRequestsPerMinuteMax,
  operations: httpLimits.operationsPerMinuteMax,
  deviceRequests: httpLimits.deviceRequestsPerMinuteMax,
}

/** Counts what each user does with records and devices. One window for everybody, so that forgetting is dropping the map. */
export class UserRates {
  readonly #clock: Clock
  #startedAt: number
  #countsByUser = new Map<string, Record<Counted, number>>()

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startedAt = clock.now()
  }

  /** Counts, and returns 0; or counts nothing and returns the whole seconds to wait. Under auth none everybody is the same, and nobody counted. */
  take({ tenant, user }: Pick<Identity, 'tenant' | 'user'>, counted: Counted, count: number): number {
    if (user === null) return 0
    const now = this.#clock.now()
    // A clock that went backwards begins a window too.
    if (Math.abs(now - this.#startedAt) >= windowMs) {
      this.#startedAt = now
      this.#countsByUser = new Map()
    }
    // JSON, so that no pair can be mistaken for another.
    const key = JSON.stringify([tenant, user])
    const counts = this.#countsByUser.get(key) ?? { requests: 0, operations: 0, deviceRequests: 0 }
    if (counts[counted] + count > maxima[counted]) return Math.max(1, Math.ceil((this.#startedAt + windowMs - now) / 1000))
    counts[counted] += count
    this.#countsByUser.set(key, counts)
    return 0
  }
}

/** Every request to this scope counts for its user, who was told apart before. */
export function limitUserRequests(app: FastifyInstance, rates: UserRates, counted: 'requests' | 'deviceRequests'): void {
  app.addHook('onRequest', async (request, reply) => takeOrRefuse(request, reply, { rates, counted, count: 1 }))
}

/** Counts for the user who asks; throws the refusal where that is too much. */
export function takeOrRefuse(
  request: FastifyRequest,
  reply: FastifyReply,
  { rates, counted, count }: { readonly rates: UserRates; readonly counted: Counted; readonly count: number },
): void {
  const waitSeconds = rates.take(identityOf(request), counted, count)
  if (waitSeconds === 0) return
  reply.header('retry-after', String(waitSeconds))
  throw new RequestRefusal('TOO_FAST', `too many ${words[counted]} of this user; wait as long as Retry-After says`)
}
