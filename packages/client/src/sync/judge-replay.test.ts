import type { ResultCode } from '@rejoin/core'
import { describe, expect, test } from 'vitest'
import { answered } from '../testing/fake-app-server.ts'
import { judgeReplay } from './judge-replay.ts'

const told = (kind: 'conflict' | 'rejected', code: ResultCode) => ({ type: 'told', kind, code, message: 'so it is' })

describe('what an answer means', () => {
  test.each([200, 201, 202, 204, 299])('[RQ7] %d is done', (status) => {
    expect(judgeReplay(answered(status))).toEqual({ type: 'done' })
  })

  test.each([
    [400, told('rejected', 'VALIDATION_ERROR')],
    [403, told('rejected', 'FORBIDDEN')],
    [404, told('rejected', 'NOT_FOUND')],
    [405, told('rejected', 'VALIDATION_ERROR')],
    [409, told('conflict', 'CONFLICT')],
    [410, told('rejected', 'DELETED')],
    [412, told('rejected', 'VALIDATION_ERROR')],
    [413, told('rejected', 'TOO_LARGE')],
    [422, told('rejected', 'VALIDATION_ERROR')],
  ] as const)('[RQ7] %d is for the person, in the words of the server', (status, verdict) => {
    expect(judgeReplay(answered(status, { message: 'so it is' }))).toEqual(verdict)
    const silent = judgeReplay(answered(status))
    expect({ ...silent, message: 'so it is' }).toEqual(verdict)
    expect(silent).toMatchObject({ message: expect.stringMatching(/^[A-Z].*\.$/) })
  })

  test.each([500, 501, 502, 504, 599])('[RQ7] %d is an attempt', (status) => {
    expect(judgeReplay(answered(status))).toEqual({
      type: 'attempt',
      message: `The server met an error of its own (HTTP status ${status}).`,
    })
  })

  test.each([408, 425, 429, 503])('[RQ7] %d is no attempt, and waits as long as the server says', (status) => {
    expect(judgeReplay(answered(status, { retryAfterMs: 7_000 }))).toMatchObject({ type: 'later', retryAfterMs: 7_000 })
    expect(judgeReplay(answered(status))).toMatchObject({ type: 'later', retryAfterMs: undefined })
  })

  test('[RQ7] 401 asks to sign in', () => {
    expect(judgeReplay(answered(401))).toEqual({ type: 'signIn', message: 'The server asks to sign in again.' })
  })

  test.each([0, 100, 301, 304])('[RQ7] %d says nothing of the request', (status) => {
    expect(judgeReplay(answered(status))).toMatchObject({ type: 'unexpected' })
  })

  test.each(['unreachable', 'unexpected', 'noToken'] as const)('[RQ7] %s says nothing of the request', (type) => {
    expect(judgeReplay({ type, message: 'why' })).toEqual({ type, message: 'why' })
  })
})
