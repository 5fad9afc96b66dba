import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { integerOf } from '../database/column-value.ts'

/** Authors remembered; beyond this many all are forgotten. */
const authorsMax = 100_000

/** Ids of authors, so that a row carries four bytes and not a name. */
export class AuthorIds {
  readonly #find: StatementSync
  readonly #add: StatementSync
  readonly #idByName = new Map<string, number>()

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT id FROM author WHERE name = ?')
    this.#add = database.prepare('INSERT INTO author (name) VALUES (?)')
  }

  idOf(name: string): number {
    const known = this.#idByName.get(name)
    if (known !== undefined) return known
    if (this.#idByName.size >= authorsMax) this.forget()
    const id = integerOf(this.#find.get(name)?.['id'] ?? this.#add.run(name).lastInsertRowid)
    this.#idByName.set(name, id)
    return id
  }

  forget(): void {
    this.#idByName.clear()
  }
}
