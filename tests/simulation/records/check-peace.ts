import type { SimPage } from './sim-page.ts'
import type { SimProfile } from './sim-profile.ts'
import { nobody } from './sim-user.ts'
import { Violation } from './violation.ts'

/** It is up to date, or says what is in the way. */
export function checkCalm(page: SimPage): void {
  const { status, attention, failed, lastError, heldBack, pending } = page.state
  if (status === (page.user === nobody ? 'paused' : 'upToDate')) return
  const isDoneAndHeld = status === 'paused' && heldBack?.count === 0 && pending === 0
  if (isDoneAndHeld) return page.profile.options.ledger.note('calm, and held back')
  const isExplained = status === 'error' && lastError !== undefined && attention + failed > 0
  if (!isExplained)
    throw new Violation(
      'P4',
      `${page.name} shows ${status} (${lastError?.code}: ${lastError?.message}) long after everything was mended`,
    )
  page.profile.options.ledger.note('calm with something for a person to do')
}

/**
 * What a service worker that was asked has not delivered. What a person has to look at, or did not enable, waits for them; requests, which all go
 * with cookies, wait until theirs are the browser's.
 */
export function findUndelivered({ diskByUser, signedIn, options: { ledger } }: SimProfile): string | undefined {
  for (const [user, { book }] of diskByUser) {
    const { entries, requests, attention, isEnabled } = book.snapshot
    if (user === nobody || attention.size > 0 || !isEnabled) continue
    ledger.note('worker alone had to deliver')
    const requestCount = user === signedIn ? requests.size : 0
    if (entries.size + requestCount > 0)
      return `${entries.size} operations and ${requestCount} requests stay in ${book.owner.name} while no page is open, though the worker was asked`
  }
  return undefined
}
