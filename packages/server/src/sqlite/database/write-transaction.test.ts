import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { WriteTransactions } from './write-transaction.ts'

function createTransactions() {
  const database = new DatabaseSync(join(temporaryFolder(), 'test.sqlite'))
  onTestFinished(() => database.close())
  database.exec('CREATE TABLE entry (value BLOB)')
  let rollbacks = 0
  const transactions = new WriteTransactions(database, () => (rollbacks += 1))
  const insert = (bytes: number) =>
    transactions.run(() => database.prepare('INSERT INTO entry VALUES (?)').run(new Uint8Array(bytes)))
  const count = () => database.prepare('SELECT count(*) AS count FROM entry').get()?.['count']
  return { database, transactions, insert, count, rollbackCount: () => rollbacks }
}

/** What `node:sqlite` throws, with the extended result code of a failed fsync. */
function failedSync(): Error {
  return Object.assign(new Error('disk I/O error'), { errcode: 1034 })
}

test('[B26] a full disk fails the transaction and leaves nothing of it; when there is room again, writing goes on', () => {
  const { database, transactions, insert, count, rollbackCount } = createTransactions()
  insert(10)
  database.exec('PRAGMA max_page_count = 4')
  const filling = () =>
    transactions.run(() => {
      const statement = database.prepare('INSERT INTO entry VALUES (?)')
      for (let index = 0; index < 10; index++) statement.run(new Uint8Array(4_000))
    })
  expect(filling).toThrow(expect.objectContaining({ code: 'failed', message: expect.stringContaining('full') }))
  expect([count(), rollbackCount()]).toEqual([1, 1])
  database.exec('PRAGMA max_page_count = 100000')
  filling()
  expect(count()).toBe(11)
})

test('[B26] after the disk itself has failed nothing more is written, and the error says until when', () => {
  const { transactions, insert, count } = createTransactions()
  insert(10)
  const failing = () =>
    transactions.run(() => {
      throw failedSync()
    })
  expect(failing).toThrow(expect.objectContaining({ code: 'refusing' }))
  expect(() => insert(10)).toThrow('until the store is opened again')
  expect(count()).toBe(1)
})

test('[B26] what a mistake in one transaction threw does not stop the next', () => {
  const { transactions, insert, count } = createTransactions()
  expect(() =>
    transactions.run(() => {
      insertHalf()
      throw new Error('a mistake')
    }),
  ).toThrow(expect.objectContaining({ code: 'failed', message: 'a mistake' }))
  insert(10)
  expect(count()).toBe(1)

  function insertHalf(): void {
    expect(() => insert(1)).toThrow('within a transaction')
  }
})
