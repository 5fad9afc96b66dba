import type { ReactElement } from 'react'
import { Part, type PartProps } from './part.tsx'
import { useNow } from './use-now.ts'
import { useSyncActivity } from '../react/use-sync-activity.ts'
import { barsOf, describeRuns, type ActivityBar } from './words/activity-bars.ts'

const runsMax = 40
/** In units of the drawing, which stretches to the width there is. */
const bar = { width: 7, gap: 3, height: 72, least: 2 } as const
const stride = bar.width + bar.gap

/** The last runs as bars: what was sent below, what came in above, and which of them failed. */
export function SyncActivityChart({ title = 'Activity', className = '', ...rest }: PartProps): ReactElement {
  const runs = useSyncActivity().slice(-runsMax)
  const bars = barsOf(runs, useNow())
  const summary = describeRuns(runs)
  return (
    <Part data-testid="activity" {...rest} title={title} className={`rejoin-activity ${className}`}>
      <svg
        className="rejoin-chart"
        role="img"
        aria-label={`Sync activity: ${summary}`}
        viewBox={`0 0 ${runsMax * stride} ${bar.height}`}
        preserveAspectRatio="none"
      >
        {bars.map((each, index) => (
          <Bar key={each.startedAt} bar={each} x={(runsMax - bars.length + index) * stride} />
        ))}
      </svg>
      <p className="rejoin-legend rejoin-quiet">
        <span className="rejoin-key rejoin-sent">sent</span>
        <span className="rejoin-key rejoin-received">received</span>
        <span className="rejoin-key rejoin-failed">failed</span>
      </p>
      <p className="rejoin-quiet" data-testid="activity-summary">
        {summary}
      </p>
      {bars.length === 0 ? undefined : <RunList bars={bars} />}
    </Part>
  )
}

function Bar({
  bar: { sentShare, receivedShare, outcome, words },
  x,
}: {
  readonly bar: ActivityBar
  readonly x: number
}): ReactElement {
  const sent = sentShare * (bar.height - bar.least)
  const received = receivedShare * (bar.height - bar.least)
  const total = bar.least + sent + received
  return (
    <g className={`rejoin-bar rejoin-${outcome}`} data-testid="activity-bar" data-outcome={outcome}>
      <title>{words}</title>
      <rect className="rejoin-bar-received" x={x} y={bar.height - total} width={bar.width} height={total} rx="1.5" />
      <rect
        className="rejoin-bar-sent"
        x={x}
        y={bar.height - bar.least - sent}
        width={bar.width}
        height={bar.least + sent}
        rx="1.5"
      />
    </g>
  )
}

const listedMax = 10

/** The same in words, for who cannot see bars or wants to know. */
function RunList({ bars }: { readonly bars: readonly ActivityBar[] }): ReactElement {
  return (
    <details className="rejoin-details">
      <summary>The last runs in words</summary>
      <ol>
        {bars
          .slice(-listedMax)
          .toReversed()
          .map(({ startedAt, words }) => (
            <li key={startedAt}>{words}</li>
          ))}
      </ol>
    </details>
  )
}
