import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorTable, factsOf, type ErrorCode } from '@rejoin/core'
import { expect, test } from 'vitest'
import { repositoryRoot } from './source-module.ts'

const row = /^\| `(?<code>[A-Z_]+)` \| (?<http>\d+|none) \| (?<close>\d+|none) \| (?<retry>yes|no) \| (?<meaning>.+) \|$/
const lines = readFileSync(join(repositoryRoot, 'docs/errors.md'), 'utf8').split('\n')
const documented = lines.map((line) => row.exec(line)?.groups).filter((groups) => groups !== undefined)

test('[E1] docs/errors.md says of every error what the table says, in its order, and of no other', () => {
  const codes = Object.keys(errorTable) as ErrorCode[]
  const expected = codes.map((code) => {
    const { httpStatus = 'none', closeCode = 'none', isRetryable } = factsOf(code)
    return { code, http: String(httpStatus), close: String(closeCode), retry: isRetryable ? 'yes' : 'no' }
  })
  expect(documented.map(({ code, http, close, retry }) => ({ code, http, close, retry }))).toEqual(expected)
})

test('[E1] every row of docs/errors.md can be read', () => {
  expect(lines.filter((line) => line.startsWith('| `')).length).toBe(documented.length)
})

test('[E2] a permanent close code is never called retryable, nor the other way round', () => {
  const contradictory = Object.entries(errorTable).filter(([, { isRetryable, ...facts }]) => {
    const closeCode = 'closeCode' in facts ? facts.closeCode : undefined
    return closeCode !== undefined && isRetryable === (closeCode >= 4400 && closeCode <= 4499)
  })
  expect(contradictory).toEqual([])
})
