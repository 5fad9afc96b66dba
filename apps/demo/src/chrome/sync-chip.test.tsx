import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { sampleState } from '../stock/testing/sample-records.ts'
import { PendingMark } from '../stock/view/pending-mark.tsx'
import { SyncChip } from './sync-chip.tsx'

test('[SK11] the status is announced politely, in words beside its icon', () => {
  const markup = renderToStaticMarkup(<SyncChip state={sampleState({ status: 'offline', pending: 2 })} />)
  expect(markup).toContain('role="status"')
  expect(markup).toContain('aria-live="polite"')
  expect(markup).toContain('data-status="offline"')
  expect(markup).toContain('<span>Offline · 2 waiting</span>')
  expect(markup).toMatch(/<svg[^>]*aria-hidden="true"/)
})

test('[SK11] a row that is only on this device says so in words; one that is settled says nothing', () => {
  expect(renderToStaticMarkup(<PendingMark isPending />)).toContain('Only on this device yet</span>')
  expect(renderToStaticMarkup(<PendingMark isPending={false} />)).not.toContain('Only')
})
