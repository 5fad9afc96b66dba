import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { PendingMark } from './pending-mark.tsx'

test('[SK11] a row that is only on this device says so in words; one that is settled says nothing', () => {
  expect(renderToStaticMarkup(<PendingMark isPending />)).toContain('Only on this device yet</span>')
  expect(renderToStaticMarkup(<PendingMark isPending={false} />)).not.toContain('Only')
})
