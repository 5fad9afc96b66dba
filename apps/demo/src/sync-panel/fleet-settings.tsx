import type { Devices } from '@rejoin/client'
import { useEffect, useState } from 'react'
import type { FleetDevice } from './fleet-words.ts'

interface Properties {
  readonly api: Devices
  readonly device: FleetDevice
  readonly onChange: (work: Promise<unknown>) => void
}

const intervals = [1, 5, 15, 30, 60]

type LargestSaving = Awaited<ReturnType<Devices['metrics']>>['largestSaving']

const advices = {
  batchMore: 'Sync less often',
  compress: 'Compress what is sent',
  chargingOnly: 'Sync only while charging',
} as const

/** What would save most, by the runs that the device told of; asked for once. */
function Saving({ api, device: { deviceId, user } }: Omit<Properties, 'onChange'>) {
  const [saving, setSaving] = useState<LargestSaving>()
  useEffect(() => {
    let isMounted = true
    api.metrics({ deviceId, user }).then(
      ({ largestSaving }) => isMounted && setSaving(largestSaving),
      () => isMounted && setSaving(undefined),
    )
    return () => {
      isMounted = false
    }
  }, [api, deviceId, user])
  if (saving === undefined) return undefined
  return (
    <p className="quiet" data-testid="fleet-saving">
      {saving === null
        ? 'Nothing worth a change is to be saved.'
        : `${advices[saving.advice]}: ${saving.reason} (${Math.round(saving.share * 100)} % less)`}
    </p>
  )
}

/** Background sync of a device, set from here. */
export function FleetSettings({ api, device, onChange }: Properties) {
  const { settings, deviceId, user } = device
  const named = { deviceId, user }
  const choices = intervals.includes(settings.syncIntervalMinutes) ? intervals : [settings.syncIntervalMinutes, ...intervals]
  return (
    <div className="fleet-settings">
      <label>
        Looks for news every
        <select
          className="input"
          data-testid="fleet-interval"
          value={settings.syncIntervalMinutes}
          onChange={({ target }) => onChange(api.updateSettings(named, { syncIntervalMinutes: Number(target.value) }))}
        >
          {choices.map((minutes) => (
            <option key={minutes} value={minutes}>
              {minutes} min
            </option>
          ))}
        </select>
      </label>
      <label>
        <input
          type="checkbox"
          data-testid="fleet-charging"
          checked={settings.syncOnlyWhenCharging}
          onChange={({ target }) => onChange(api.updateSettings(named, { syncOnlyWhenCharging: target.checked }))}
        />
        Only while charging
      </label>
      <Saving api={api} device={device} />
    </div>
  )
}
