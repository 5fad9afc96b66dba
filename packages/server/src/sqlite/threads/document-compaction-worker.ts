import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { foldLog } from '../../document-log/fold-log.ts'
import type { DocumentPlace } from '../documents/document-lives.ts'
import { DocumentReader } from '../documents/document-reader.ts'
import { openForReading } from '../database/open-database.ts'
import type { CompactionCalls, FoldOutcome, ReaderData } from './reader-calls.ts'
import { serveCalls } from './thread-calls.ts'

if (parentPort === null) throw new Error('compaction runs in a worker thread')
const { databasePath } = workerData as ReaderData
const reader = new DocumentReader(openForReading(databasePath))

// On Linux this reaches the calling thread only; elsewhere it would slow the whole process.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW)

serveCalls<CompactionCalls>(parentPort, { fold })

function fold(place: DocumentPlace): FoldOutcome {
  const document = reader.read(place)
  if (document.type !== 'live' || document.tail.length === 0) return { type: 'nothing' }
  const { logId, seq, snapshot, tail } = document
  const fromSeq = snapshot?.seq ?? 0
  const folded = foldLog(snapshot?.update, tail)
  if (folded.type === 'folded') return { type: 'folded', logId, fromSeq, seq, update: folded.update, known: folded.known }
  const badSeq = folded.index === undefined ? 0 : fromSeq + folded.index + 1
  return { type: 'unfoldable', logId, seq: badSeq, reason: folded.reason }
}
