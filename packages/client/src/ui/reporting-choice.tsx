import type { ReactElement } from 'react'
import { useRecordsClient } from '../react/use-records-client.ts'
import { useReporting } from '../react/use-reporting.ts'
import { Problem } from './problem.tsx'
import { SwitchRow } from './setting-row.tsx'
import { useAttempt } from './use-attempt.ts'
import { reportedThings } from './words/settings-words.ts'

/** Whether this device tells the server how its syncing goes; what that is, in full, before anybody agrees. */
export function ReportingChoice(): ReactElement {
  const { reporting } = useRecordsClient().devices
  const isEnabled = useReporting()
  const { problem, attempt } = useAttempt()
  return (
    <>
      <SwitchRow
        label="Report how syncing goes"
        explanation="So that you can see and steer this device from your others. Off until you want it."
        isOn={isEnabled === true}
        isDisabled={isEnabled === undefined}
        testId="setting-reporting"
        onChange={(isOn) => void attempt(isOn ? reporting.enable() : reporting.disable())}
      />
      <Problem problem={problem} />
      <details className="rejoin-details" data-testid="reported-things">
        <summary>What is reported</summary>
        <ul>
          {reportedThings.map((thing) => (
            <li key={thing}>{thing}</li>
          ))}
        </ul>
        <p className="rejoin-quiet">Never what was synced, or names of it. The server keeps it for 30 days.</p>
      </details>
    </>
  )
}
