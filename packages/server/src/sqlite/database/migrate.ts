import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { createEpoch } from '../../document-log/generation.ts'
import { DocumentStoreError } from '../../document-log/document-store-error.ts'
import { integerOf, textOf } from './column-value.ts'
import { documentsMigration } from './migrations/0001-documents.ts'
import { recordsMigration } from './migrations/0002-records.ts'
import { revocationsMigration } from './migrations/0003-revocations.ts'
import { devicesMigration } from './migrations/0004-devices.ts'
import { operationsMigration } from './migrations/0005-operations.ts'

/** In order; the database's `user_version` counts how many have run. Never edited once released. */
const migrations: readonly string[] = [
  documentsMigration,
  recordsMigration,
  revocationsMigration,
  devicesMigration,
  operationsMigration,
]

/** What is random about one life of the database. */
export interface DatabaseLife {
  readonly epoch: string
  /** Secret that checkpoints of records are signed with. */
  readonly checkpointKey: Uint8Array
}

const checkpointKeyBytes = 32

/** Brings the database up to date, each migration in its own transaction. */
export function migrate(database: DatabaseSync): DatabaseLife {
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
  const settled = (key: string, value: string): string => {
    database.prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO NOTHING').run(key, value)
    return textOf(database.prepare('SELECT value FROM meta WHERE key = ?').get(key)?.['value'])
  }
  const epoch = settled('epoch', createEpoch())
  const key = settled('checkpoint_key', randomBytes(checkpointKeyBytes).toString('base64url'))
  return { epoch, checkpointKey: new Uint8Array(Buffer.from(key, 'base64url')) }
}
