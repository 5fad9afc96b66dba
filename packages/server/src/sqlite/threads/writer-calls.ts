import type { DeviceCommand } from '@rejoin/core'
import type { StoredRevocation } from '../../auth/revocations.ts'
import type { CommandCall, PackedReport, PlaceInTenant } from '../devices/device-writer.ts'
import type { PackedAppends } from '../documents/append-batch.ts'
import type { DocumentPlace } from '../documents/document-lives.ts'
import type { DatabaseLife } from '../database/migrate.ts'
import type { PruneRecordsCall } from '../records/record-pruning.ts'
import type { PackedCommit } from '../records/packed-commit.ts'
import type { FoldedSnapshot, QuarantinedRow } from '../documents/snapshot-log.ts'

/** Handed to the writer thread at its start. */
export interface WriterData {
  readonly dataDir: string
}

type At = { readonly now: number }

/** What the writer thread does; each call but `open` and `close` is one durable transaction. */
export interface WriterCalls {
  /** Locks the folder, opens the database and brings it up to date. */
  open(): DatabaseLife
  append(call: PackedAppends & At): AppendOutcome
  /** What became of each, in order. */
  commitRecords(call: { readonly commits: readonly PackedCommit[] } & At): CommitsOutcome
  delete(call: DocumentPlace & At): boolean
  restore(call: DocumentPlace & At): string | undefined
  create(call: DocumentPlace & At): string | undefined
  installSnapshot(call: FoldedSnapshot & At): boolean
  quarantine(call: QuarantinedRow & At): void
  /** Deletes a bounded number of archived rows; returns whether there may be more. */
  prune(call: { readonly before: number } & At): boolean
  /** Deletes a bounded number of tombstones and verdicts; returns whether there may be more. */
  pruneRecords(call: PruneRecordsCall & At): boolean
  listRevocations(call: At): readonly StoredRevocation[]
  addRevocation(call: { readonly revocation: StoredRevocation } & At): void
  /** The commands that each has not acknowledged, in the order of the reports; `undefined` for one whose device is damaged, and was left as it is. */
  reportDevices(call: { readonly reports: readonly PackedReport[] } & At): readonly (readonly DeviceCommand[] | undefined)[]
  /** All that is not acknowledged, the new one last; `undefined` where there is no such device. */
  commandDevice(call: CommandCall & At): readonly DeviceCommand[] | undefined
  forgetDevice(call: PlaceInTenant & At): boolean
  /** Deletes a bounded number of devices and runs; returns whether there may be more. */
  pruneDevices(call: { readonly before: number } & At): boolean
  probe(call: At): void
  close(): void
}

export interface CommitsOutcome {
  readonly outcomes: readonly ('committed' | 'stale')[]
  readonly upkeepFailure: string | undefined
}

export interface AppendOutcome {
  /** Positions in the batch of the appends that were stale. */
  readonly stale: readonly number[]
  /** Why upkeep after an earlier commit failed: what was committed is safe, but the journal grows. */
  readonly upkeepFailure: string | undefined
}
