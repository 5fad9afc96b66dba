import type { BackgroundSyncSettings } from '@rejoin/core'
import type { ReactElement } from 'react'
import { useSyncSettings } from '../react/use-sync-settings.ts'
import { Part, type PartProps } from './part.tsx'
import { Problem } from './problem.tsx'
import { ReportingChoice } from './reporting-choice.tsx'
import { LevelControl, NumberControl, SwitchControl, SwitchRow } from './setting-row.tsx'
import { useSoundPreference } from './sound-preference.ts'
import { useAttempt } from './use-attempt.ts'
import { useConnectivity } from '../react/use-connectivity.ts'
import { describeConnectivity } from './words/connectivity-words.ts'
import { settingWords } from './words/settings-words.ts'

/** How this device syncs by itself; each change counts at once. "Sync now" is never held back by any of it. */
export function SyncSettings({ title = 'Settings of this device', className = '', ...rest }: PartProps): ReactElement {
  const { settings, update } = useSyncSettings()
  const [isSoundOn, setSoundOn] = useSoundPreference()
  const { problem, attempt } = useAttempt()
  const change = (changes: Partial<BackgroundSyncSettings>): void => void attempt(update(changes))
  return (
    <Part data-testid="sync-settings" {...rest} title={title} className={`rejoin-settings ${className}`}>
      <p className="rejoin-quiet" data-testid="connectivity">
        {describeConnectivity(useConnectivity())}
      </p>
      <Problem problem={problem} />
      {settingWords.map((setting) => {
        switch (setting.type) {
          case 'switch':
            return <SwitchControl key={setting.name} setting={setting} settings={settings} onChange={change} />
          case 'number':
            return <NumberControl key={setting.name} setting={setting} settings={settings} onChange={change} />
          case 'level':
            return <LevelControl key={setting.name} setting={setting} settings={settings} onChange={change} />
        }
      })}
      <SwitchRow
        label="Play a sound"
        explanation="When changes arrived after a time offline, and when something needs you."
        isOn={isSoundOn}
        testId="setting-sound"
        onChange={setSoundOn}
      />
      <ReportingChoice />
    </Part>
  )
}
