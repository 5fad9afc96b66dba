import type { DatabaseSync } from 'node:sqlite'
import type { StoredRevocation } from '../auth/revocations.ts'
import { integerOf, textOf } from './database/column-value.ts'

/** Revocations on disk, inside the caller's transaction. */
export class RevocationTable {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  list(): readonly StoredRevocation[] {
    const rows = this.#database.prepare('SELECT tenant, kind, id, issued_until FROM revocation').all()
    return rows.map((row) => {
      const tenant = textOf(row['tenant'])
      const id = textOf(row['id'])
      return row['kind'] === 'user' ? { tenant, user: id, issuedUntil: integerOf(row['issued_until']) } : { tenant, tokenId: id }
    })
  }

  add(revocation: StoredRevocation): void {
    const [kind, id, issuedUntil] =
      'user' in revocation
        ? (['user', revocation.user, revocation.issuedUntil] as const)
        : (['token', revocation.tokenId, null] as const)
    this.#database
      .prepare('REPLACE INTO revocation (tenant, kind, id, issued_until) VALUES (?, ?, ?, ?)')
      .run(revocation.tenant, kind, id, issuedUntil)
  }
}
