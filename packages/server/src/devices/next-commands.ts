import type { DeviceCommand } from '@rejoin/core'
import type { CommandOrder } from './device-store.ts'

/** The commands that wait, after another was given: it takes the place of its kind. Pause and resume are one kind, as they undo each other. */
export function nextCommands(
  waiting: readonly DeviceCommand[],
  order: CommandOrder,
  numbered: { readonly number: number; readonly issuedAt: string },
): readonly DeviceCommand[] {
  const kind = kindOf(order)
  const before = waiting.find((command) => kindOf(command) === kind)
  const others = waiting.filter((command) => command !== before)
  if (order.kind !== 'settings') return [...others, { kind: order.kind, ...numbered }]
  const settings = before?.kind === 'settings' ? { ...before.settings, ...order.settings } : order.settings
  return [...others, { kind: 'settings', settings, ...numbered }]
}

function kindOf({ kind }: Pick<CommandOrder, 'kind'>): string {
  return kind === 'resume' ? 'pause' : kind
}
