import { useSyncState } from '@rejoin/client/react'

/** What is unsettled, in numbers. */
export function SyncCounts() {
  const { pending, failed, attention } = useSyncState()
  const counts = [
    { label: 'waiting', value: pending, name: 'pending' },
    { label: 'failed', value: failed, name: 'failed' },
    { label: 'need you', value: attention, name: 'attention' },
  ]
  return (
    <dl className="counts">
      {counts.map(({ label, value, name }) => (
        <div key={name} data-testid={`count-${name}`} data-count={value} className={value > 0 ? 'some' : undefined}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
