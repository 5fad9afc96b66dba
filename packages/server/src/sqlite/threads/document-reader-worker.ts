import { parentPort, workerData } from 'node:worker_threads'
import { DocumentReader } from '../documents/document-reader.ts'
import { openForReading } from '../database/open-database.ts'
import { packDocument } from '../documents/packed-document.ts'
import type { ReaderCalls, ReaderData } from './reader-calls.ts'
import { serveCalls, Transferred } from './thread-calls.ts'

if (parentPort === null) throw new Error('the reader runs in a worker thread')
const { databasePath } = workerData as ReaderData
const reader = new DocumentReader(openForReading(databasePath))

serveCalls<ReaderCalls>(parentPort, {
  load: (place) => {
    const packed = packDocument(reader.read(place))
    return packed.type === 'live'
      ? new Transferred(packed, [packed.bytes.buffer, packed.byteLengths.buffer, packed.committedAt.tail.buffer])
      : packed
  },
  verdicts: (call) => reader.verdicts(call),
  list: (call) => reader.list(call),
  recordBasis: (call) => reader.records((records) => records.basis(call)),
  recordChanges: (call) => reader.records((records) => records.changes(call)),
  record: (call) => reader.records((records) => records.get(call)),
  devices: (call) => reader.devices((devices) => devices.list(call)),
  deviceRuns: (call) => reader.devices((devices) => devices.runs(call)),
  close: () => reader.close(),
})
