import type { Clock, Random, Schema } from '@rejoin/core'
import type { LocalRecordsOptions } from '../records/local-records.ts'
import type { SettingsKeeper } from '../settings/settings-keeper.ts'
import type { RecordSettings } from './record-settings.ts'

export interface LocalHost {
  readonly schema: Schema
  readonly settings: RecordSettings
  readonly clock: Clock
  /** Makes ids: it must not repeat itself over devices. */
  readonly idRandom: Random
  readonly yieldToHost: () => Promise<void>
}

/** How the records of a session behave, as the app and a person want it. */
export function localOptions(
  { schema, settings, clock, idRandom, yieldToHost }: LocalHost,
  background: Pick<SettingsKeeper, 'maxRetryAttempts'>,
): Omit<LocalRecordsOptions<Schema>, 'database'> {
  const { priorityRules, priorityThresholds, retries, retriesByEntity, maxRetryAttempts } = settings
  return {
    schema,
    clock,
    random: idRandom,
    yieldToHost,
    ...(priorityRules !== undefined && { rules: priorityRules }),
    ...(priorityThresholds !== undefined && { thresholds: priorityThresholds }),
    ...(retries !== undefined && { retries }),
    ...(retriesByEntity !== undefined && { retriesByEntity }),
    maxRetries: () => background.maxRetryAttempts ?? maxRetryAttempts,
  }
}
