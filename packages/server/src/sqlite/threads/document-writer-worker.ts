import { parentPort, workerData } from 'node:worker_threads'
import { DocumentWriter } from '../document-writer.ts'
import { storeErrorFrom } from '../database/sqlite-failure.ts'
import { serveCalls } from './thread-calls.ts'
import type { WriterCalls, WriterData } from './writer-calls.ts'

/** Archived segments deleted in one transaction, so that no commit waits long for it. */
const prunedSegmentsMax = 500

if (parentPort === null) throw new Error('the writer runs in a worker thread')
const { dataDir } = workerData as WriterData
let opened: DocumentWriter | undefined
let upkeepFailure: string | undefined
let isUpkeepFailing = false

function writer(): DocumentWriter {
  if (opened === undefined) throw new Error('the writer is not open')
  return opened
}

serveCalls<WriterCalls>(
  parentPort,
  {
    open: () => {
      opened = DocumentWriter.open(dataDir)
      return opened.life
    },
    append: (call) => {
      const stale = writer().append(call, call.now)
      return { stale, upkeepFailure: takeUpkeepFailure() }
    },
    commitRecords: ({ commits, now }) => ({ outcomes: writer().commitRecords(commits, now), upkeepFailure: takeUpkeepFailure() }),
    delete: (call) => writer().transaction(() => writer().lives.delete(call, call.now)),
    restore: (call) => writer().transaction(() => writer().lives.restore(call, call.now)),
    create: (call) => writer().transaction(() => writer().lives.create(call, call.now)),
    installSnapshot: (call) => writer().transaction(() => writer().snapshots.install(call, call.now)),
    quarantine: (call) => writer().transaction(() => writer().snapshots.quarantine(call, call.now)),
    prune: ({ before }) => writer().transaction(() => writer().snapshots.prune(before, prunedSegmentsMax)),
    pruneRecords: (call) => writer().transaction(() => writer().recordPruning.prune(call)),
    listRevocations: () => writer().transaction(() => writer().revocations.list()),
    addRevocation: ({ revocation }) => writer().transaction(() => writer().revocations.add(revocation)),
    reportDevices: ({ reports, now }) =>
      writer().transaction(() => reports.map((report) => writer().devices.report(report, now))),
    commandDevice: (call) => writer().transaction(() => writer().devices.command(call, call.now)),
    forgetDevice: (call) => writer().transaction(() => writer().devices.forget(call)),
    pruneDevices: ({ before }) => writer().transaction(() => writer().devices.prune(before)),
    probe: ({ now }) => writer().probe(now),
    close: () => {
      opened?.close()
      opened = undefined
    },
  },
  keepUp,
)

function takeUpkeepFailure(): string | undefined {
  const failure = upkeepFailure
  upkeepFailure = undefined
  return failure
}

/** Upkeep comes after the reply, so that nobody waits for it; where it begins to fail, the next reply says so, once. */
function keepUp(): void {
  try {
    opened?.keepUp()
    isUpkeepFailing = false
  } catch (error) {
    if (!isUpkeepFailing) upkeepFailure = storeErrorFrom(error).message
    isUpkeepFailing = true
  }
}
