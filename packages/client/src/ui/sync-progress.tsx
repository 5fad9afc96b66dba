import type { ReactElement } from 'react'
import { useOutbox } from '../react/use-outbox.ts'
import { useSyncState } from '../react/use-sync-state.ts'
import { Icon, type IconName } from './icon.tsx'
import { useRecordWords } from './record-words-context.tsx'
import { useRemainingMs } from './use-remaining-ms.ts'
import { useRunItems } from './use-run-items.ts'
import { progressOf, remainingWords, syncingWords, type RunProgress } from './words/progress-words.ts'
import type { RunItem } from './words/run-items.ts'
import { describeSyncDetail } from './words/sync-words.ts'
import { useNow } from './use-now.ts'

export interface SyncProgressProps {
  /** - `minimal`: a line that fills
   *  - `compact` (default): words and a line; both are nothing while nothing runs
   *  - `detailed`: how long it will take, and every change by name; at rest, when it last went well */
  readonly variant?: 'minimal' | 'compact' | 'detailed'
  readonly className?: string
}

/** How far a run has come. The denominator is what waited when the run began, so that the share never falls. */
export function SyncProgress({ variant = 'compact', className = '' }: SyncProgressProps): ReactElement | undefined {
  const progress = progressOf(useSyncState())
  if (variant === 'detailed') return <DetailedProgress progress={progress} className={className} />
  if (progress === undefined) return undefined
  return (
    <div className={`rejoin-progress ${className}`} data-testid="sync-progress" data-variant={variant}>
      {variant === 'minimal' ? undefined : <span className="rejoin-progress-words">{syncingWords(progress)}</span>}
      <Bar progress={progress} />
    </div>
  )
}

function Bar({ progress: { current, total } }: { readonly progress: RunProgress }): ReactElement {
  return <progress aria-label="Changes synced" max={total} value={current} />
}

interface DetailedProps {
  readonly progress: RunProgress | undefined
  readonly className: string
}

function DetailedProgress({ progress, className }: DetailedProps): ReactElement {
  return (
    <div className={`rejoin-progress ${className}`} data-testid="sync-progress" data-variant="detailed">
      {progress === undefined ? <AtRest /> : <UnderWay progress={progress} />}
    </div>
  )
}

function AtRest(): ReactElement {
  const detail = describeSyncDetail(useSyncState(), useNow())
  return (
    <p className="rejoin-quiet" data-testid="sync-detail">
      {detail}
    </p>
  )
}

/** Drawn anew every second for the time that is left, so mounted only while there is a run. */
function UnderWay({ progress }: { readonly progress: RunProgress }): ReactElement {
  const left = remainingWords(useRemainingMs(progress))
  return (
    <>
      <p className="rejoin-progress-words">
        <span>{syncingWords(progress)}</span>
        <span className="rejoin-quiet">{left}</span>
      </p>
      <Bar progress={progress} />
      {progress.total <= listableMax ? <RunItems /> : undefined}
    </>
  )
}

const icons: Readonly<Record<RunItem['state'], IconName>> = {
  waiting: 'waiting',
  sending: 'saving',
  done: 'check',
  stuck: 'alert',
}
const stateWords: Readonly<Record<RunItem['state'], string>> = {
  waiting: 'waits',
  sending: 'being sent',
  done: 'synced',
  stuck: 'needs a look',
}

/** Most that are shown by name. */
const itemsMax = 8
/** To name the changes of a run the whole outbox is read, and that again with every change of it: a larger run is told in numbers only. */
const listableMax = 200

function RunItems(): ReactElement {
  const items = useRunItems(useOutbox(), useRecordWords())
  const shown = items.slice(0, itemsMax)
  return (
    <ul className="rejoin-run-items" aria-label="Changes of this run">
      {shown.map(({ entryId, title, state }) => (
        <li key={entryId} data-testid="run-item" data-state={state}>
          <Icon name={icons[state]} size={16} />
          <span>{title}</span>
          <span className="rejoin-quiet">{stateWords[state]}</span>
        </li>
      ))}
      {items.length > itemsMax ? <li className="rejoin-quiet">and {items.length - itemsMax} more</li> : undefined}
    </ul>
  )
}
