import type { DatabaseSync } from 'node:sqlite'
import { createEpoch } from '../document-log/generation.ts'
import { DocumentStoreError } from '../document-log/document-store-error.ts'
import { integerOf, textOf } from './column-value.ts'
import { documentsMigration } from './migrations/0001-documents.ts'

/** In order; the database's `user_version` counts how many have run. Never edited once released. */
const migrations: readonly string[] = [documentsMigration]

/** Brings the database up to date, each migration in its own transaction, and returns its epoch. */
export function migrate(database: DatabaseSync): string {
  const version = integerOf(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version > migrations.length) {
    throw new DocumentStoreError('failed', `the database has version ${version}, newer than this server's ${migrations.length}`)
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue
    database.exec('BEGIN IMMEDIATE')
    database.exec(sql)
    database.exec(`PRAGMA user_version = ${index + 1}`)
    database.exec('COMMIT')
  }
  database.prepare("INSERT INTO meta (key, value) VALUES ('epoch', ?) ON CONFLICT DO NOTHING").run(createEpoch())
  return textOf(database.prepare("SELECT value FROM meta WHERE key = 'epoch'").get()?.['value'])
}
