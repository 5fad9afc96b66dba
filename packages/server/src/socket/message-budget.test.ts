import { expect, test } from 'vitest'
import { MessageBudget } from './message-budget.ts'
import { socketLimits } from './socket-limits.ts'

test('[R18] a burst passes, what is beyond it waits for as long as the rate says, and quiet time gives it back', () => {
  const budget = new MessageBudget(0)
  const pauses = Array.from({ length: socketLimits.messagesBurst }, () => budget.take(10, 1, 0))
  expect(new Set(pauses)).toEqual(new Set([0]))
  expect(budget.take(10, 1, 0)).toBeCloseTo(1_000 / socketLimits.messagesPerSecond)
  expect(budget.take(10, 1, 0)).toBeCloseTo(2_000 / socketLimits.messagesPerSecond)
  expect(budget.take(10, 1, 60_000)).toBe(0)
})

test('[R18] bytes count as well, and a question with a large answer counts for many messages', () => {
  const budget = new MessageBudget(0)
  expect(budget.take(socketLimits.bytesBurst, 0, 0)).toBe(0)
  expect(budget.take(socketLimits.bytesPerSecond, 0, 0)).toBeCloseTo(1_000)
  const asking = new MessageBudget(0)
  const questions = socketLimits.messagesBurst / socketLimits.step1Weight
  for (let question = 0; question < questions; question++) expect(asking.take(5, socketLimits.step1Weight, 0)).toBe(0)
  expect(asking.take(5, socketLimits.step1Weight, 0)).toBeGreaterThan(0)
})
