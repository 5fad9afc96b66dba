import type { JudgementRequest, RecordKey } from '../../records/record-store.ts'
import type { DocumentSummary, KeptVerdict } from '../../relay/document-store.ts'
import type { DocumentPlace } from '../documents/document-lives.ts'
import type { VerdictsCall } from '../documents/document-reader.ts'
import type { ListCall } from '../documents/document-list.ts'
import type { PackedDocument } from '../documents/packed-document.ts'
import type { ListDevicesCall } from '../devices/device-reader.ts'
import type { DeviceColumns } from '../devices/device-rows.ts'
import type { PlaceInTenant } from '../devices/device-writer.ts'
import type { ColumnValues } from '../records/record-columns.ts'
import type { ChangesCall, InTenant, RawBasis, RawPage } from '../records/record-reader.ts'

/** Handed to a reading thread at its start. */
export interface ReaderData {
  readonly databasePath: string
}

export interface ReaderCalls {
  load(place: DocumentPlace): PackedDocument
  verdicts(call: VerdictsCall): readonly KeptVerdict[]
  list(call: ListCall): DocumentSummary[]
  recordBasis(call: InTenant & { readonly request: JudgementRequest }): RawBasis
  recordChanges(call: ChangesCall): RawPage
  record(call: InTenant & { readonly key: RecordKey }): ColumnValues | undefined
  devices(call: ListDevicesCall): readonly DeviceColumns[]
  /** Each as JSON. */
  deviceRuns(call: PlaceInTenant): readonly string[]
  close(): void
}

export type FoldOutcome =
  | { readonly type: 'nothing' }
  | {
      readonly type: 'folded'
      readonly logId: number
      readonly fromSeq: number
      readonly seq: number
      readonly update: Uint8Array
      readonly known: Uint8Array
    }
  | { readonly type: 'unfoldable'; readonly logId: number; readonly seq: number; readonly reason: string }

export interface CompactionCalls {
  fold(place: DocumentPlace): FoldOutcome
}
