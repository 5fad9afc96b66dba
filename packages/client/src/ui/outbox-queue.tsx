import type { ReactElement } from 'react'
import type { OutboxEntry } from '../outbox/outbox-entry.ts'
import { useOutbox } from '../react/use-outbox.ts'
import { useRecordsClient } from '../react/use-records-client.ts'
import { downloadFile } from './download-file.ts'
import { Icon, type IconName } from './icon.tsx'
import { Problem } from './problem.tsx'
import { useRecordWords } from './record-words-context.tsx'
import { useAttempt } from './use-attempt.ts'
import { useNow } from './use-now.ts'
import { describeOutboxEntry } from './words/outbox-words.ts'

/** Most entries that are listed; the file has them all. */
const entriesMax = 50

const icons: Readonly<Record<OutboxEntry['state'], IconName>> = {
  ready: 'waiting',
  sent: 'saving',
  failed: 'alert',
  parked: 'alert',
}

/** What waits, in the order in which it was done, and why it still does. */
export function OutboxQueue(): ReactElement {
  const entries = useOutbox()
  const words = useRecordWords()
  const { outbox } = useRecordsClient()
  const { problem, attempt } = useAttempt()
  const now = useNow()
  if (entries.length === 0) return <p className="rejoin-quiet">Nothing waits to be sent.</p>
  const save = async (): Promise<void> => downloadFile('unsent-changes.json', await outbox.export())
  return (
    <>
      <ol className="rejoin-queue">
        {entries.slice(0, entriesMax).map((entry) => {
          const { title, detail } = describeOutboxEntry(entry, words, now)
          return (
            <li key={entry.entryId} data-testid="outbox-entry" data-state={entry.state}>
              <Icon name={icons[entry.state]} size={16} />
              <div>
                <span>{title}</span>
                <span className="rejoin-quiet">{detail}</span>
              </div>
            </li>
          )
        })}
      </ol>
      {entries.length > entriesMax ? <p className="rejoin-quiet">and {entries.length - entriesMax} more</p> : undefined}
      <Problem problem={problem} />
      <div className="rejoin-actions">
        <button type="button" className="rejoin-button" data-testid="export-outbox" onClick={() => void attempt(save())}>
          <Icon name="download" size={15} /> Save as a file
        </button>
      </div>
    </>
  )
}
