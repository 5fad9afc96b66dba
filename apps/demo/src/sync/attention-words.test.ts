import type { AttentionItem } from '@rejoin/client'
import { expect, test } from 'vitest'
import { sampleItem, sampleOperation } from '../stock/testing/sample-records.ts'
import { describeAttention } from './attention-words.ts'

const nameOf = (entityType: string, recordId: string) => (entityType === 'product' && recordId === 'salt' ? 'Salt' : undefined)
const describe = (parts: Partial<AttentionItem>) => describeAttention(sampleItem(parts), nameOf)

test('[SK5] a price that lost is told with both prices', () => {
  expect(describe({})).toEqual({
    headline: 'Conflict on Salt: the server’s price was kept',
    explanation: 'Two people changed it without knowing of each other, and the later change stays. Yours is kept here.',
    comparisons: [{ field: 'priceCents', label: 'price', mine: '€3.50', theirs: '€3.20' }],
    retry: 'Use mine',
    isEditable: true,
  })
})

test('[SK5] of several fields only those that lost are compared', () => {
  const operation = { ...sampleOperation, payload: { priceCents: 350, name: 'Sea salt', quantity: 9 } }
  const words = describe({ operation, lostFields: ['name', 'quantity'] })
  expect(words.headline).toBe('Conflict on Salt: the server’s name and target were kept')
  expect(words.comparisons.map(({ label, mine, theirs }) => [label, mine, theirs])).toEqual([
    ['name', 'Sea salt', 'Salt'],
    ['target', '9', '4'],
  ])
})

test('[SK5] a recipe that lost keeps its whole text beside the server’s', () => {
  const mine = 'Mine. '.repeat(2_000)
  const item = sampleItem({ kind: 'conflict', code: 'CONFLICT', lostFields: [], entityType: 'recipe', recordId: 'r' })
  const words = describeAttention(
    {
      ...item,
      operation: { ...sampleOperation, entityType: 'recipe', recordId: 'r', payload: { body: mine } },
      serverState: item.serverState && { ...item.serverState, fields: { title: 'Borscht', body: 'Theirs.' } },
    },
    nameOf,
  )
  expect(words.headline).toBe('Conflict on Borscht: the server’s version was kept')
  expect(words.comparisons).toEqual([{ field: 'body', label: 'text', mine, theirs: 'Theirs.' }])
  expect(words.retry).toBe('Send mine')
})

test('[SK6] every kind has its words', () => {
  const create = { ...sampleOperation, operationType: 'create', entityType: 'recipe', payload: { title: 'Borscht' } } as const
  const about = { operation: create, title: 'Create recipe Borscht', serverState: undefined, lostFields: [] }
  const words = (parts: Partial<AttentionItem>) => {
    const { headline, explanation, retry } = describe({ ...about, ...parts })
    return [headline, explanation, retry]
  }
  expect(words({ kind: 'failed', code: 'INTERNAL', message: 'The server failed over it.' })).toEqual([
    'Sync failed for Create recipe Borscht',
    'It was tried several times. The server failed over it.',
    'Retry now',
  ])
  expect(words({ kind: 'rejected', code: 'VALIDATION_ERROR', message: 'title is too long' })).toEqual([
    'Sync failed for Create recipe Borscht',
    'The server does not accept it as it is. title is too long',
    'Send again',
  ])
  expect(words({ kind: 'blocked', code: undefined })).toEqual([
    'Create recipe Borscht has to wait',
    'What it belongs to was not accepted. Settle that first, or send it again.',
    'Send again',
  ])
  expect(words({ kind: 'unreadable', code: undefined, operation: undefined })).toEqual([
    'Something kept on this device cannot be read',
    'Export it before you discard it: somebody may still be able to make sense of it.',
    undefined,
  ])
  expect(words({ kind: 'rejected', code: undefined, message: 'for a reason of tomorrow' })[1]).toBe('for a reason of tomorrow')
  expect(words({ kind: 'overruled', entityType: 'voucher', recordId: 'v', operation: undefined })[0]).toBe(
    'Conflict on a voucher: the server’s version was kept',
  )
})

test('[SK7] what was deleted elsewhere is offered back; a delete and what cannot be read are not edited', () => {
  const offer = (parts: Partial<AttentionItem>) => {
    const { retry, isEditable } = describe(parts)
    return [retry, isEditable]
  }
  const remove = { ...sampleOperation, operationType: 'delete', payload: {} } as const
  expect(offer({ kind: 'conflict', code: 'DELETED' })).toEqual(['Bring it back with my change', true])
  expect(offer({ kind: 'conflict', code: 'CONFLICT' })).toEqual(['Send mine', true])
  expect(offer({ kind: 'conflict', code: 'CONFLICT', operation: remove })).toEqual(['Send mine', false])
  expect(offer({ kind: 'unreadable', operation: undefined })).toEqual([undefined, false])
  expect(describe({ kind: 'conflict', code: 'DELETED' }).headline).toBe(
    'Salt was deleted by somebody else: your change was not taken',
  )
})
