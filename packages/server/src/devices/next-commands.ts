import type { DeviceCommand, SettingsChange } from '@rejoin/core'
import type { CommandOrder } from './device-store.ts'

/**
 * The commands that wait, after another was given: it takes the place of its kind. Pause and resume are one kind, as they undo each other.
 * Settings take the place of the same ones alone: what stays keeps its number, so that a device which has carried it out, and could not say
 * so yet, does not set it once more over what its person chose since.
 */
export function nextCommands(
  waiting: readonly DeviceCommand[],
  order: CommandOrder,
  numbered: { readonly number: number; readonly issuedAt: string },
): readonly DeviceCommand[] {
  if (order.kind === 'settings') {
    const others = waiting.flatMap((command) => withoutSettings(command, order.settings))
    return [...others, { kind: 'settings', settings: order.settings, ...numbered }]
  }
  const kind = kindOf(order)
  return [...waiting.filter((command) => kindOf(command) !== kind), { kind: order.kind, ...numbered }]
}

function withoutSettings(command: DeviceCommand, replaced: SettingsChange): readonly DeviceCommand[] {
  if (command.kind !== 'settings') return [command]
  const settings = Object.fromEntries(Object.entries(command.settings).filter(([name]) => !Object.hasOwn(replaced, name)))
  return Object.keys(settings).length === 0 ? [] : [{ ...command, settings }]
}

function kindOf({ kind }: Pick<CommandOrder, 'kind'>): string {
  return kind === 'resume' ? 'pause' : kind
}
