import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorTable, factsOf, resultCodeTable, type ErrorCode } from '@rejoin/core'
import { expect, test } from 'vitest'
import { repositoryRoot } from './source-module.ts'

const row = /^\| `(?<code>[A-Z_]+)` \| (?<http>\d+|none) \| (?<close>\d+|none) \| (?<retry>yes|no) \| (?<meaning>.+) \|$/
const resultRow = /^\| `(?<code>[A-Z_]+)` \| (?<retry>yes|no) \| (?<meaning>.+) \|$/
const lines = readFileSync(join(repositoryRoot, 'docs/errors.md'), 'utf8').split('\n')
const read = (pattern: RegExp) => lines.map((line) => pattern.exec(line)?.groups).filter((groups) => groups !== undefined)
const documented = read(row)
const documentedResults = read(resultRow)

test('[E1] docs/errors.md says of every error what the table says, in its order, and of no other', () => {
  const codes = Object.keys(errorTable) as ErrorCode[]
  const expected = codes.map((code) => {
    const { httpStatus = 'none', closeCode = 'none', isRetryable } = factsOf(code)
    return { code, http: String(httpStatus), close: String(closeCode), retry: isRetryable ? 'yes' : 'no' }
  })
  expect(documented.map(({ code, http, close, retry }) => ({ code, http, close, retry }))).toEqual(expected)
})

test('[E1] docs/errors.md says of every result code what the table says, in its order, and of no other', () => {
  const expected = Object.entries(resultCodeTable).map(([code, { isRetryable }]) => ({ code, retry: isRetryable ? 'yes' : 'no' }))
  expect(documentedResults.map(({ code, retry }) => ({ code, retry }))).toEqual(expected)
})

test('[E1] every row of docs/errors.md can be read', () => {
  expect(lines.filter((line) => line.startsWith('| `')).length).toBe(documented.length + documentedResults.length)
})

test('[E2] a permanent close code is never called retryable, nor the other way round', () => {
  const contradictory = Object.entries(errorTable).filter(([, { isRetryable, ...facts }]) => {
    const closeCode = 'closeCode' in facts ? facts.closeCode : undefined
    return closeCode !== undefined && isRetryable === (closeCode >= 4400 && closeCode <= 4499)
  })
  expect(contradictory).toEqual([])
})
