import type { AttentionItem } from '@rejoin/client'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import type { StockClient } from '../stock/model/stock-records.ts'
import { sampleItem, sampleOperation } from '../stock/testing/sample-records.ts'
import { AttentionCard } from '../stock/view/attention-card.tsx'
import { StockContext, type Stock } from '../stock/view/stock-context.ts'
import { RecordNotices } from './record-notices.tsx'

/** Nothing is pressed here, so no client is needed. */
const stock: Stock = {
  client: {} as StockClient,
  nameOf: (_entityType, recordId) => `Salt ${recordId}`,
  attempt: async () => true,
  flash: () => undefined,
}

const show = (items: readonly AttentionItem[]) => ({
  notices: renderToStaticMarkup(
    <StockContext value={stock}>
      <RecordNotices items={items} />
    </StockContext>,
  ),
  list: renderToStaticMarkup(
    <StockContext value={stock}>
      <AttentionCard items={items} now={0} />
    </StockContext>,
  ),
})

const items = [1, 2, 3, 4, 5].map((id) => sampleItem({ id, recordId: String(id), at: id, isDismissed: id === 5 }))

test('[SK13] the newest three notices are shown, and how many more there are; a dismissed one stays in the list', () => {
  const { notices, list } = show(items)
  expect([...notices.matchAll(/Conflict on (Salt \d)/g)].map((match) => match[1])).toEqual(['Salt 4', 'Salt 3', 'Salt 2'])
  expect(notices).toContain('1 more in “Needs you”')
  expect([...list.matchAll(/Conflict on (Salt \d)/g)].map((match) => match[1])).toEqual(['Salt 5', 'Salt 4', 'Salt 3'])
  expect(list).toContain('Show 2 more')
  expect(show([])).toEqual({ notices: '', list: '' })
})

test('[SK5] a notice shows the value that lost and the one that stayed; long ones are clipped here and whole in the list', () => {
  const long = 'x'.repeat(500)
  const operation = { ...sampleOperation, payload: { name: long } }
  const { notices, list } = show([sampleItem({ operation, lostFields: ['name'] })])
  expect(notices).toContain(`Your name: <q>${'x'.repeat(79)}…</q> · the server’s: <q>Salt</q>`)
  expect(list).toContain(`<span data-testid="mine">${long}</span>`)
})
