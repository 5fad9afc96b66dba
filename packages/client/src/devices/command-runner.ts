import type { DeviceCommand } from '@rejoin/core'
import type { SyncSettings } from '../settings/sync-settings.ts'
import { WorkQueue } from '../store/work-queue.ts'
import type { SyncState } from '../sync/sync-state.ts'
import type { ReportingChoice } from './reporting-choice.ts'

export interface CommandRunnerParts {
  readonly choice: Pick<ReportingChoice, 'facts' | 'change'>
  readonly settings: Pick<SyncSettings, 'update'>
  readonly syncNow: () => Promise<SyncState>
}

/** Carries out what this device was asked to do from another one: in order, each once, whatever way and how often it is told. */
export class CommandRunner {
  readonly #parts: CommandRunnerParts
  readonly #queue = new WorkQueue()

  constructor(parts: CommandRunnerParts) {
    this.#parts = parts
  }

  /** Everything that is not acknowledged. Rejects where the database fails; what was not carried out is told again. */
  run(commands: readonly DeviceCommand[]): Promise<void> {
    return this.#queue.run(async () => {
      for (const command of commands.toSorted((one, other) => one.number - other.number)) {
        const { facts } = this.#parts.choice
        if (facts === undefined || !facts.isEnabled) return
        if (command.number <= facts.appliedThrough) continue
        await this.#carryOut(command)
        await this.#parts.choice.change({ appliedThrough: command.number })
      }
    })
  }

  async #carryOut(command: DeviceCommand): Promise<void> {
    const { settings, syncNow } = this.#parts
    switch (command.kind) {
      case 'start':
        // The run takes as long as it takes; that it began is what was asked for.
        void syncNow()
        return
      case 'pause':
        await settings.update({ enabled: false })
        return
      case 'resume':
        await settings.update({ enabled: true })
        return
      case 'settings':
        await settings.update(command.settings)
    }
  }
}
