import type { Ledger } from './ledger.ts'
import { isSameRecord } from './reference-record.ts'
import type { SimProfile } from './sim-profile.ts'
import { isVisible, rightsOf, type SimUser } from './sim-user.ts'
import { Violation } from './violation.ts'

/** When all is quiet: every device has what its user may see of the server's records, no more and no less. */
export function auditWorld(ledger: Ledger, profiles: readonly SimProfile[], users: readonly SimUser[]): void {
  for (const profile of profiles)
    for (const [user, disk] of profile.diskByUser) {
      const { confirmed } = disk.book.snapshot
      const { name } = disk.book.owner
      const rights = rightsOf(user)
      const truth = ledger.truthOf(user.tenant).records
      for (const [key, { stored }] of truth) {
        if (stored.isDeleted || !isVisible(rights, stored)) continue
        const row = confirmed.get(key)
        if (row === undefined || !isSameRecord(row, stored))
          throw new Violation('P6', `${name} has ${row === undefined ? 'nothing' : `version ${row.version}`} of ${key}, the server version ${stored.version}`)
      }
      for (const [key, row] of confirmed) {
        const known = truth.get(key)?.stored
        if (row.isDeleted) continue
        if (known === undefined || known.isDeleted || !isVisible(rights, known)) throw new Violation('P6', `${name} still has ${key}`)
      }
    }
  for (const { tenant } of users) auditSums(ledger, tenant)
}

/** Each movement counts once, whatever was repeated on the way. */
function auditSums(ledger: Ledger, tenant: string): void {
  let counted = 0
  for (const { stored } of ledger.truthOf(tenant).records.values()) if (stored.entityType === 'movement') counted += Number(stored.fields['quantity'])
  const wanted = ledger.book.effectiveSum(tenant)
  if (counted !== wanted) throw new Violation('P2', `the movements of ${tenant} add up to ${counted}; made were ${wanted}`)
}
