import { Icon } from '../../chrome/icons.tsx'

/** Says quietly that the server has not settled everything of this row yet. */
export function PendingMark({ isPending }: { isPending: boolean }) {
  return (
    <span className="pending-mark" data-testid="pending-mark" data-pending={isPending}>
      {isPending ? (
        <span title="Only on this device yet">
          <Icon name="device" size={16} />
          <span className="visually-hidden">Only on this device yet</span>
        </span>
      ) : undefined}
    </span>
  )
}
