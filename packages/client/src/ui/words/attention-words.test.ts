import { resultCodeTable, type ResultCode } from '@rejoin/core'
import { expect, test } from 'vitest'
import type { AttentionItem } from '../../outbox/attention.ts'
import { sampleChange, sampleItem } from '../../testing/sample-shown.ts'
import { chooseNotices } from './attention-notices.ts'
import { describeAttention, describeNotice } from './attention-words.ts'
import { plainRecordWords, type RecordWords } from './record-words.ts'

const words: RecordWords = {
  ...plainRecordWords,
  nameOf: (entityType, recordId) => (entityType === 'product' && recordId === 'salt' ? 'Salt' : undefined),
  labelOf: ({ field }) => (field === 'priceCents' ? 'price' : field),
  format: ({ field }, value) => (field === 'priceCents' && typeof value === 'number' ? `€${value / 100}` : String(value)),
}
const describe = (parts: Partial<AttentionItem> = {}) => describeAttention(sampleItem(parts), words)

test('[UI8] a price that lost is told with both prices', () => {
  expect(describe()).toEqual({
    headline: "Conflict on Salt: the server's price was kept",
    explanation: 'Two people changed it without knowing of each other, and the later change stays. Yours is kept here.',
    comparisons: [{ field: 'priceCents', label: 'price', mine: '€3.5', theirs: '€3.2' }],
    retry: 'Use mine',
    isEditable: true,
  })
})

test('[UI8] of several fields only those that lost are compared', () => {
  const operation = { ...sampleChange, payload: { priceCents: 350, name: 'Sea salt', quantity: 9 } }
  const { headline, comparisons } = describe({ operation, lostFields: ['name', 'quantity'] })
  expect(headline).toBe("Conflict on Salt: the server's name and quantity were kept")
  expect(comparisons.map(({ label, mine, theirs }) => [label, mine, theirs])).toEqual([
    ['name', 'Sea salt', 'Salt'],
    ['quantity', '9', '4'],
  ])
})

test('[UI8] the whole text of both sides is there, whatever its length; what has no name is called by its kind', () => {
  const mine = 'Mine. '.repeat(2_000)
  const { comparisons, headline } = describe({
    kind: 'conflict',
    code: 'CONFLICT',
    lostFields: [],
    entityType: 'recipe',
    recordId: 'r',
    operation: { ...sampleChange, entityType: 'recipe', recordId: 'r', payload: { body: mine } },
    serverState: undefined,
  })
  expect(headline).toBe("Conflict on a recipe: the server's version was kept")
  expect(comparisons).toEqual([{ field: 'body', label: 'body', mine, theirs: undefined }])
})

test('[UI8] a conflict in a scene is told with the scene, and what happened there', () => {
  const request = {
    requestId: '018f0000-0000-7000-8000-000000000001',
    method: 'POST',
    url: 'https://sync.example/api/v1/scenes/kitchen/operations',
    headers: {},
    credentials: 'omit',
    isAuthorized: true,
    title: 'Change an element of kitchen',
    priority: 'NORMAL',
    lane: 'scene kitchen',
    scene: 'kitchen',
  } as const
  const about = { operation: undefined, request, title: request.title, entityType: '', recordId: '', lostFields: [] }
  const message = 'It is not in the scene any more.'
  expect(describe({ ...about, kind: 'conflict', code: 'CONFLICT', message })).toEqual({
    headline: "Conflict on kitchen: the server's version was kept",
    explanation: 'It is not in the scene any more. Yours is kept here until you decide.',
    comparisons: [],
    retry: 'Send mine',
    isEditable: false,
  })
  const refused = { ...about, kind: 'rejected', code: 'VALIDATION_ERROR', message: 'There is no room for a box.' } as const
  expect(describe(refused)).toMatchObject({
    headline: 'Sync failed for Change an element of kitchen',
    explanation: 'There is no room for a box.',
  })
})

test('[UI7] in the corner every conflict is told in the words of the design, and a failure with the name of what failed', () => {
  const notice = (parts: Partial<AttentionItem>) => describeNotice(sampleItem(parts), words)
  expect(notice({})).toBe("Conflict on Salt: the server's version was kept. Please review.")
  expect(notice({ kind: 'conflict', code: 'CONFLICT' })).toBe("Conflict on Salt: the server's version was kept. Please review.")
  expect(notice({ kind: 'conflict', code: 'DELETED' })).toBe(
    'Salt was deleted by somebody else: your change was not taken. Please review.',
  )
  const recipe = { entityType: 'recipe', title: 'Create recipe' }
  expect(notice({ kind: 'failed', ...recipe })).toBe('Sync failed for Create recipe')
  expect(notice({ kind: 'rejected', ...recipe })).toBe('Sync failed for Create recipe')
  expect(notice({ kind: 'failed', title: 'Change product' })).toBe('Sync failed for Change product Salt')
  const renamed = { ...sampleChange, payload: { name: 'Sea salt' } }
  expect(notice({ kind: 'failed', title: 'Change product Sea salt', operation: renamed })).toBe(
    'Sync failed for Change product Sea salt',
  )
})

test('[UI7] the newest are told, those dismissed and those that only wait for another are not', () => {
  const items = [1, 2, 3, 4, 5].map((id) =>
    sampleItem({ id, at: id, isDismissed: id === 5, kind: id === 4 ? 'blocked' : 'failed' }),
  )
  const { shown, moreCount } = chooseNotices(items, 2)
  expect([shown.map(({ id }) => id), moreCount]).toEqual([[3, 2], 1])
  expect(chooseNotices([], 2)).toEqual({ shown: [], moreCount: 0 })
})

test('[UI9] every kind has its words', () => {
  const create = { ...sampleChange, operationType: 'create', entityType: 'recipe', payload: { title: 'Borscht' } } as const
  const about = { operation: create, title: 'Create recipe Borscht', serverState: undefined, lostFields: [] }
  const told = (parts: Partial<AttentionItem>) => {
    const { headline, explanation, retry } = describe({ ...about, ...parts })
    return [headline, explanation, retry]
  }
  expect(told({ kind: 'failed', code: 'INTERNAL', message: 'The server failed over it.' })).toEqual([
    'Sync failed for Create recipe Borscht',
    'It was tried several times. The server failed over it.',
    'Retry now',
  ])
  expect(told({ kind: 'rejected', code: 'VALIDATION_ERROR', message: 'title is too long' })).toEqual([
    'Sync failed for Create recipe Borscht',
    'The server does not accept it as it is. title is too long',
    'Send again',
  ])
  expect(told({ kind: 'blocked', code: undefined })).toEqual([
    'Create recipe Borscht has to wait',
    'What it belongs to was not accepted. Settle that first, or send it again.',
    'Send again',
  ])
  expect(told({ kind: 'unreadable', code: undefined, operation: undefined })).toEqual([
    'Something kept on this device cannot be read',
    'Export it before you discard it: somebody may still be able to make sense of it.',
    undefined,
  ])
  expect(told({ kind: 'overruled', entityType: 'voucher', recordId: 'v', operation: undefined })[0]).toBe(
    "Conflict on a voucher: the server's version was kept",
  )
})

test('[UI9] every code has its sentence; without a code the reason is told as it came', () => {
  const codes = Object.keys(resultCodeTable).filter((code): code is ResultCode => Object.hasOwn(resultCodeTable, code))
  expect(codes.filter((code) => !/^[A-Z].+\.$/.test(describe({ kind: 'rejected', code, message: '' }).explanation))).toEqual([])
  expect(describe({ kind: 'rejected', code: undefined, message: 'for a reason of tomorrow' }).explanation).toBe(
    'for a reason of tomorrow',
  )
})

test('[UI10] only what can help is offered: a deleted record is brought back, a delete and what cannot be read are not edited', () => {
  const offer = (parts: Partial<AttentionItem>) => {
    const { retry, isEditable } = describe(parts)
    return [retry, isEditable]
  }
  const remove = { ...sampleChange, operationType: 'delete', payload: {} } as const
  expect(offer({ kind: 'conflict', code: 'DELETED' })).toEqual(['Bring it back with my change', true])
  expect(offer({ kind: 'conflict', code: 'CONFLICT' })).toEqual(['Send mine', true])
  expect(offer({ kind: 'conflict', code: 'CONFLICT', operation: remove })).toEqual(['Send mine', false])
  expect(offer({ kind: 'unreadable', operation: undefined })).toEqual([undefined, false])
})
