import type { ReactElement } from 'react'
import { useSyncState } from '../react/use-sync-state.ts'
import { OutboxPriorities } from './outbox-priorities.tsx'
import { OutboxQueue } from './outbox-queue.tsx'
import { PriorityRulesEditor } from './priority-rules-editor.tsx'
import { Part, type PartProps } from './part.tsx'
import { Tabs } from './tabs.tsx'

/** Everything that has not been settled: the queue, how urgent it is, and by which rules. */
export function OutboxInspector({ title = 'Waiting for the server', className = '', ...rest }: PartProps): ReactElement {
  const { pending, failed } = useSyncState()
  return (
    <Part data-testid="outbox" {...rest} title={title} className={`rejoin-outbox ${className}`} count={pending + failed}>
      <Tabs
        label="Views of what waits"
        tabs={[
          { name: 'queue', label: 'Queue', content: <OutboxQueue /> },
          { name: 'priority', label: 'Priority', content: <OutboxPriorities /> },
          { name: 'rules', label: 'Rules', content: <PriorityRulesEditor /> },
        ]}
      />
    </Part>
  )
}
