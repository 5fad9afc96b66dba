import type { BackgroundSyncSettings } from '@rejoin/core'
import { useId, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react'
import { levelWords, readSetting, type LevelSetting, type NumberSetting, type SwitchSetting } from './words/settings-words.ts'

interface RowProps {
  readonly label: string
  readonly explanation: ReactNode
  readonly control: (ids: { readonly id: string; readonly 'aria-describedby': string }) => ReactNode
}

/** A setting: what it is called and does on one side, how it is changed on the other. */
function SettingRow({ label, explanation, control }: RowProps): ReactElement {
  const id = useId()
  return (
    <div className="rejoin-setting">
      <div>
        <label htmlFor={id}>{label}</label>
        <span id={`${id}-why`} className="rejoin-quiet">
          {explanation}
        </span>
      </div>
      {control({ id, 'aria-describedby': `${id}-why` })}
    </div>
  )
}

interface SwitchProps {
  readonly label: string
  readonly explanation: ReactNode
  readonly isOn: boolean
  readonly testId: string
  readonly isDisabled?: boolean
  readonly onChange: (isOn: boolean) => void
}

export function SwitchRow({ label, explanation, isOn, testId, isDisabled = false, onChange }: SwitchProps): ReactElement {
  return (
    <SettingRow
      label={label}
      explanation={explanation}
      control={(ids) => (
        <input
          {...ids}
          type="checkbox"
          role="switch"
          className="rejoin-switch"
          checked={isOn}
          disabled={isDisabled}
          data-testid={testId}
          onChange={(event) => onChange(event.target.checked)}
        />
      )}
    />
  )
}

interface ControlProps<Setting> {
  readonly setting: Setting
  readonly settings: BackgroundSyncSettings
  readonly onChange: (changes: Partial<BackgroundSyncSettings>) => void
}

export function SwitchControl({
  setting: { name, label, explanation },
  settings,
  onChange,
}: ControlProps<SwitchSetting>): ReactElement {
  return (
    <SwitchRow
      label={label}
      explanation={explanation}
      isOn={settings[name]}
      testId={`setting-${name}`}
      onChange={(isOn) => onChange({ [name]: isOn })}
    />
  )
}

/** Enter or leaving it takes the new number, Escape the old one; what is none is said and not taken. */
export function NumberControl({ setting, settings, onChange }: ControlProps<NumberSetting>): ReactElement {
  const { name, label, explanation, unit, min, max } = setting
  const [draft, setDraft] = useState<string>()
  const reading = draft === undefined ? undefined : readSetting(setting, draft)
  const finish = (): void => {
    if (reading?.type === 'value' && reading.value !== settings[name]) onChange({ [name]: reading.value })
    setDraft(undefined)
  }
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') finish()
    if (event.key === 'Escape') setDraft(undefined)
  }
  const problem = reading?.type === 'problem' ? reading.message : undefined
  return (
    <SettingRow
      label={label}
      explanation={problem === undefined ? explanation : <span className="rejoin-field-problem">{problem}</span>}
      control={(ids) => (
        <span className="rejoin-unit">
          <input
            {...ids}
            type="number"
            className="rejoin-input"
            min={min}
            max={max}
            aria-invalid={problem !== undefined}
            data-testid={`setting-${name}`}
            value={draft ?? String(settings[name])}
            onChange={(event) => setDraft(event.target.value)}
            onBlur={finish}
            onKeyDown={press}
          />
          <span className="rejoin-quiet">{unit}</span>
        </span>
      )}
    />
  )
}

const levels = ['LOW', 'NORMAL', 'HIGH'] as const

export function LevelControl({
  setting: { name, label, explanation },
  settings,
  onChange,
}: ControlProps<LevelSetting>): ReactElement {
  return (
    <SettingRow
      label={label}
      explanation={explanation}
      control={(ids) => (
        <select
          {...ids}
          className="rejoin-input rejoin-select"
          data-testid={`setting-${name}`}
          value={settings[name]}
          onChange={({ target: { value } }) => {
            const level = levels.find((each) => each === value)
            if (level !== undefined) onChange({ [name]: level })
          }}
        >
          {levels.map((level) => (
            <option key={level} value={level}>
              {levelWords[level]}
            </option>
          ))}
        </select>
      )}
    />
  )
}
