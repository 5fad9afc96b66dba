import { useState } from 'react'
import { useStock } from './stock-context.ts'
import { useSyncEnabled } from './use-stock-data.ts'

/** The person's consent: without it nothing of the stock room leaves the device. */
export function SyncSwitch() {
  const { client, attempt } = useStock()
  const isEnabled = useSyncEnabled(client)
  const [isChanging, setChanging] = useState(false)
  const toggle = async () => {
    setChanging(true)
    await attempt(isEnabled ? client.sync.disable() : client.sync.enable())
    setChanging(false)
  }
  return (
    <button
      type="button"
      className="sync-switch"
      role="switch"
      aria-checked={isEnabled}
      disabled={isChanging}
      data-testid="sync-switch"
      onClick={() => void toggle()}
    >
      <span className="switch-track" aria-hidden="true">
        <span className="switch-thumb" />
      </span>
      <span>
        <strong>Sync this device</strong>
        <span className="explanation">
          {isEnabled
            ? 'Changes are sent as soon as there is a network.'
            : 'Off: everything works here, and nothing leaves this device.'}
        </span>
      </span>
    </button>
  )
}
