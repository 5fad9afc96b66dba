import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { assertSettings, openForReading, openForWriting } from './open-database.ts'

function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
}

test('[B22] the writing connection is set to survive a power cut, and says so', () => {
  const database = openForWriting(join(temporaryFolder(), 'documents.sqlite'))
  onTestFinished(() => database.close())
  const settings = ['journal_mode', 'synchronous', 'foreign_keys', 'trusted_schema'].map((name) => [name, pragma(database, name)])
  expect(Object.fromEntries(settings)).toEqual({ journal_mode: 'wal', synchronous: 2, foreign_keys: 1, trusted_schema: 0 })
})

test('[B22] a setting that does not hold refuses the start', () => {
  const database = openForWriting(join(temporaryFolder(), 'documents.sqlite'))
  onTestFinished(() => database.close())
  for (const weakened of ['synchronous = NORMAL', 'foreign_keys = OFF', 'trusted_schema = ON']) {
    database.exec(`PRAGMA ${weakened}`)
    expect(() => assertSettings(database)).toThrow(`refusing to start: SQLite setting ${weakened.split(' ')[0]}`)
    database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF')
  }
  // A database in memory cannot have a write-ahead log.
  expect(() => openForWriting(':memory:')).toThrow('journal_mode')
})

test('[B22] the reading connection cannot write', () => {
  const path = join(temporaryFolder(), 'documents.sqlite')
  const writing = openForWriting(path)
  const reading = openForReading(path)
  onTestFinished(() => [reading, writing].forEach((database) => database.close()))
  expect(() => reading.exec('CREATE TABLE forbidden (a)')).toThrow('readonly')
})
