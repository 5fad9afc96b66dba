import type { BackgroundSyncSettings, Priority } from '@rejoin/core'

type NameOf<Value> = {
  [Name in keyof BackgroundSyncSettings]: BackgroundSyncSettings[Name] extends Value ? Name : never
}[keyof BackgroundSyncSettings]

interface Labelled {
  readonly label: string
  readonly explanation: string
}

export interface SwitchSetting extends Labelled {
  readonly type: 'switch'
  readonly name: NameOf<boolean>
}

export interface NumberSetting extends Labelled {
  readonly type: 'number'
  readonly name: NameOf<number>
  readonly unit: string
  /** Both included, as the schema of the settings has them. */
  readonly min: number
  readonly max: number
}

export interface LevelSetting extends Labelled {
  readonly type: 'level'
  readonly name: 'priorityThreshold'
}

/** Every setting of background sync, as a person meets it. */
export const settingWords: readonly (SwitchSetting | NumberSetting | LevelSetting)[] = [
  {
    type: 'switch',
    name: 'enabled',
    label: 'Sync in the background',
    explanation: 'Off: only “Sync now” sends and fetches.',
  },
  {
    type: 'switch',
    name: 'syncOnlyWhenCharging',
    label: 'Only while charging',
    explanation: 'On battery everything waits.',
  },
  {
    type: 'switch',
    name: 'useMeteredConnection',
    label: 'Use metered connections',
    explanation: 'Off: over mobile data, or while your browser saves data, what is less important waits.',
  },
  {
    type: 'number',
    name: 'minimumBatteryLevel',
    label: 'Spare the battery below',
    explanation: 'Then only what is urgent is sent, unless it is charging.',
    unit: '%',
    min: 0,
    max: 100,
  },
  {
    type: 'level',
    name: 'priorityThreshold',
    label: 'Over a poor connection, send',
    explanation: 'What is less important waits for a better one.',
  },
  {
    type: 'number',
    name: 'syncIntervalMinutes',
    label: 'Ask for news every',
    explanation: 'Changes of others mostly arrive at once; this is for when they do not. Half as often where it costs more.',
    unit: 'min',
    min: 1,
    max: 1_440,
  },
  {
    type: 'number',
    name: 'maximumConcurrentOperations',
    label: 'At the same time at most',
    explanation: 'More is faster on a good connection.',
    unit: 'requests',
    min: 1,
    max: 16,
  },
  {
    type: 'number',
    name: 'maxRetryAttempts',
    label: 'Try again after a failure',
    explanation: 'Then it is put before you, and never dropped.',
    unit: 'times',
    min: 0,
    max: 100,
  },
]

/** What goes over a poor connection, by the least level that does. */
export const levelWords: Readonly<Record<Priority, string>> = {
  LOW: 'everything',
  NORMAL: 'what matters',
  HIGH: 'only what is urgent',
}

export type NumberReading =
  | { readonly type: 'value'; readonly value: number }
  | { readonly type: 'problem'; readonly message: string }

/** What was typed as a number within its bounds. */
export function readSetting({ min, max }: Pick<NumberSetting, 'min' | 'max'>, text: string): NumberReading {
  const value = Number(text.trim())
  const isFine = text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max
  return isFine ? { type: 'value', value } : { type: 'problem', message: `A whole number from ${min} to ${max}` }
}

/** What a device tells once its person agreed: the whole of it, and what never is in it. */
export const reportedThings: readonly string[] = [
  'a name for the device, such as “Firefox on Linux”',
  'how many changes wait, and how far a run is',
  'kind and quality of the connection, and the battery',
  'these settings, and the last error of syncing',
  'of each run its time, duration, requests, bytes and errors',
]
