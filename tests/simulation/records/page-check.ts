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
    page.holdCheck?.look()
    const { status, heldBack } = page.state
    const { ledger, world } = page.profile.options
    ledger.note(`status ${status}`)
    if (heldBack !== undefined) ledger.note(`held back ${heldBack.code}`)
    const now = world.now()
    if (page.profile.isWiped) page.profile.wipedSeenAt = now
    if (status !== 'upToDate' || page.isFrozen || now - page.profile.wipedSeenAt < tellingMs) return
    this.#checkOutbox()
    if (now - this.#checkedAt < 1_000) return
    this.#checkedAt = now
    this.#checkRows()
  }

  #checkOutbox(): void {
    const { book } = this.#page.disk
    const now = this.#page.profile.options.world.now()
    for (const entry of book.snapshot.requests.values())
      if (now - book.requests.since(entry) > tellingMs)
        throw new Violation('P4', `${this.#page.name} shows upToDate, and request ${entry.entryId} waits in the outbox`)
    for (const [id, { operation }] of book.snapshot.entries) {
      if (now - book.since(id) <= tellingMs) continue
      const { operationType, recordId } = operation
      throw new Violation('P4', `${this.#page.name} shows upToDate, and ${operationType} ${recordId} waits in the outbox`)
    }
  }

  /** What the disk has for longer than a heartbeat can be old has to be here. */
  #checkRows(): void {
    const { name, user, disk, profile } = this.#page
    const { world, ledger, config } = profile.options
    const knownSince = world.now() - syncLimits.headAgeMsMax - 2 * config.latencyMsMax - tellingMs
    if (user.grantsChangedAt > knownSince || ledger.restoredAt > knownSince) return
    const rights = rightsOf(user)
    for (const [key, { stored, durableAt }] of ledger.truthOf(user.tenant).records) {
      if (durableAt > knownSince || !isVisible(rights, stored)) continue
      const row = disk.book.snapshot.confirmed.get(key)
      if (row === undefined ? stored.isDeleted : row.seq >= stored.seq) continue
      const age = Math.round(world.now() - durableAt)
      throw new Violation('P4', `${name} shows upToDate without version ${stored.version} of ${key}, which is ${age} ms old`)
    }
  }
}
