import { useDevices } from '@rejoin/client/react'
import { useAttempt, useNow } from '@rejoin/client/ui'
import { Card } from '../stock/view/card.tsx'
import { FleetDeviceRow } from './fleet-device.tsx'
import { inLastingOrder } from './fleet-words.ts'

/** The devices of whoever uses this page: those that report, how their syncing does, and steering them. */
export function Fleet() {
  const { devices, error, ownId, isReporting, api } = useDevices()
  const { problem, attempt } = useAttempt()
  const now = useNow()
  const said = problem ?? error?.message
  return (
    <Card
      title="Your devices"
      testId="fleet"
      className="fleet"
      count={devices?.length ?? 0}
      hint="Devices that report how their syncing goes. Each can be paused, resumed and set from any other."
      actions={
        isReporting === false ? (
          <button
            type="button"
            className="button small"
            data-testid="fleet-join"
            onClick={() => void attempt(api.reporting.enable())}
          >
            Report from here
          </button>
        ) : undefined
      }
    >
      {said === undefined ? undefined : (
        <p className="fleet-error" role="alert">
          {said}
        </p>
      )}
      {devices === undefined ? <p className="quiet">They are seen here while this device syncs.</p> : undefined}
      {devices?.length === 0 ? (
        <p className="quiet">None of them reports yet. “What is reported” is under the settings.</p>
      ) : undefined}
      <ul>
        {inLastingOrder(devices ?? [], ownId).map((device) => (
          <FleetDeviceRow
            key={`${device.user ?? ''}/${device.deviceId}`}
            api={api}
            device={device}
            isOwn={device.deviceId === ownId}
            now={now}
            attempt={attempt}
          />
        ))}
      </ul>
    </Card>
  )
}
