import { syncLimits } from '@rejoin/core'
import type { SimPage } from './sim-page.ts'
import { isVisible, rightsOf } from './sim-user.ts'
import { Violation } from './violation.ts'

/** So late a page may learn what another page, or the feed, has told it. */
const tellingMs = 10_000

/** P4: what a page shows is held against the device's and the server's disks, whatever the page believes. */
export class PageCheck {
  readonly #page: SimPage
  #checkedAt = -Infinity

  constructor(page: SimPage) {
    this.#page = page
  }

  check(): void {
    const page = this.#page
    const { status } = page.state
    page.profile.options.ledger.note(`status ${status}`)
    if (status !== 'upToDate' || page.isFrozen || page.profile.isWiped) return
    const { world, ledger, config } = page.profile.options
    const now = world.now()
    const { book } = page.disk
    for (const [id, { operation }] of book.snapshot.entries) {
      if (now - book.since(id) > tellingMs)
        throw new Violation(
          'P4',
          `${page.name} shows upToDate, and ${operation.operationType} ${operation.recordId} waits in the outbox`,
        )
    }
    if (now - this.#checkedAt < 1_000) return
    this.#checkedAt = now
    // Whose clock was set back while it was frozen finds out with its next request.
    const thawedAt = Math.max(...page.profile.pages.map((each) => each.thawedAt))
    if (now - thawedAt < tellingMs && page.profile.clockJumpCount > 0) return
    const knownSince = now - syncLimits.headAgeMsMax - 2 * config.latencyMsMax - tellingMs
    const rights = rightsOf(page.user)
    for (const [key, { stored, durableAt }] of ledger.truthOf(page.user.tenant).records) {
      if (durableAt > knownSince || page.user.grantsChangedAt > knownSince || !isVisible(rights, stored)) continue
      const row = book.snapshot.confirmed.get(key)
      if (row === undefined ? stored.isDeleted : row.seq >= stored.seq) continue
      if (ledger.restoredAt > knownSince) continue
      throw new Violation(
        'P4',
        `${page.name} shows upToDate without version ${stored.version} of ${key}, which is ${now - durableAt} ms old`,
      )
    }
  }
}
