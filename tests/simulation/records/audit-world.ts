import type { Ledger } from './ledger.ts'
import { isSameRecord } from './reference-record.ts'
import type { SimDeviceDisk } from './sim-device-disk.ts'
import type { SimProfile } from './sim-profile.ts'
import { isVisible, nobody, rightsOf, type SimUser } from './sim-user.ts'
import { Violation } from './violation.ts'

/** When all is quiet: every device has what its user may see of the server's records, no more and no less. */
export function auditWorld(
  ledger: Ledger,
  {
    profiles,
    users,
    isRestarted,
  }: { readonly profiles: readonly SimProfile[]; readonly users: readonly SimUser[]; readonly isRestarted: boolean },
): void {
  for (const profile of profiles)
    for (const [user, disk] of profile.diskByUser) {
      // A page from before the sign-in may still write after the move: the next page sees to that.
      if (user === nobody && isRestarted) auditAdopted(disk)
      auditMissing(ledger, user, disk)
      auditLeftOver(ledger, user, disk)
    }
  for (const { tenant } of users) auditSums(ledger, tenant)
}

/** Who has signed in has their work, all of it. */
function auditAdopted({ adopter, book }: SimDeviceDisk): void {
  const left = book.snapshot.entries.size + book.snapshot.requests.size
  if (adopter !== undefined && left > 0)
    throw new Violation('P3', `${left} entries stay in ${book.owner.name} after ${adopter.name} signed in`)
}

function auditMissing(ledger: Ledger, user: SimUser, { book }: SimDeviceDisk): void {
  const rights = rightsOf(user)
  for (const [key, { stored }] of ledger.truthOf(user.tenant).records) {
    if (stored.isDeleted || !isVisible(rights, stored)) continue
    const row = book.snapshot.confirmed.get(key)
    if (row !== undefined && isSameRecord(row, stored)) continue
    const held = row === undefined ? 'nothing' : `version ${row.version}`
    throw new Violation('P6', `${book.owner.name} has ${held} of ${key}, the server version ${stored.version}`)
  }
}

function auditLeftOver(ledger: Ledger, user: SimUser, { book }: SimDeviceDisk): void {
  const { records } = ledger.truthOf(user.tenant)
  for (const [key, row] of book.snapshot.confirmed) {
    const known = records.get(key)?.stored
    const isRightlyThere = row.isDeleted || (known !== undefined && !known.isDeleted && isVisible(rightsOf(user), known))
    if (!isRightlyThere) throw new Violation('P6', `${book.owner.name} still has ${key}`)
  }
}

/** Each movement counts once, whatever was repeated on the way. */
function auditSums(ledger: Ledger, tenant: string): void {
  let counted = 0
  for (const { stored } of ledger.truthOf(tenant).records.values())
    if (stored.entityType === 'movement') counted += Number(stored.fields['quantity'])
  const wanted = ledger.book.effectiveSum(tenant)
  if (counted !== wanted) throw new Violation('P2', `the movements of ${tenant} add up to ${counted}; made were ${wanted}`)
}
