import type { AttentionItem } from '@rejoin/client'
import { formatField, joinWords, labelOf, nounOf, type NameOf } from '../stock/model/record-words.ts'

/** One field as this person wanted it and as the server has it. */
export interface Comparison {
  readonly field: string
  readonly label: string
  readonly mine: string
  /** `undefined` where the server does not have the record, or this person may not see it. */
  readonly theirs: string | undefined
}

export interface AttentionWords {
  readonly headline: string
  readonly explanation: string
  readonly comparisons: readonly Comparison[]
  /** What the button that sends it once more says; `undefined` where that cannot help. */
  readonly retry: string | undefined
  readonly isEditable: boolean
}

const reasons: Readonly<Record<NonNullable<AttentionItem['code']>, string>> = {
  VALIDATION_ERROR: 'The server does not accept it as it is.',
  TENANT_MISMATCH: 'It was made for another team.',
  NOT_FOUND: 'The server does not know this record.',
  ALREADY_EXISTS: 'The server has a record of this name already.',
  CONFLICT: 'Somebody else changed it before yours arrived.',
  CONFLICT_RESOLVED: 'Somebody else changed it later than you did.',
  IMMUTABLE: 'What was booked once cannot be changed.',
  DELETED: 'Somebody else deleted it meanwhile.',
  FORBIDDEN: 'You may not make this change.',
  RATE_LIMITED: 'It was too much at once.',
  ID_REUSED: 'Its number was used for something else already.',
  DEVICE_FORKED: 'Two devices shared one identity.',
  DEPENDENCY_FAILED: 'Something that belongs to it was not accepted.',
  UPGRADE_REQUIRED: 'Server and page are of different versions.',
  TOO_LARGE: 'It is too large.',
  INTERNAL: 'The server failed over it.',
}

/** The name of what an item is about, from wherever it can be had. */
function nameOfItem({ entityType, recordId, serverState, operation }: AttentionItem, nameOf: NameOf): string {
  const known = nameOf(entityType, recordId)
  const fields = { ...operation?.payload, ...serverState?.fields }
  const named = [fields['name'], fields['title']].find((value) => typeof value === 'string' && value !== '')
  return known ?? (typeof named === 'string' ? named : `a ${nounOf(entityType)}`)
}

/** What happened in plain words, and what can be done about it. */
export function describeAttention(item: AttentionItem, nameOf: NameOf): AttentionWords {
  return {
    headline: headlineOf(item, nameOf),
    explanation: explanationOf(item),
    comparisons: compare(item, nameOf),
    retry: retryLabel(item),
    isEditable: item.kind !== 'unreadable' && isWrite(item),
  }
}

function isWrite({ operation }: AttentionItem): boolean {
  return operation !== undefined && operation.operationType !== 'delete'
}

function headlineOf(item: AttentionItem, nameOf: NameOf): string {
  const name = nameOfItem(item, nameOf)
  switch (item.kind) {
    case 'overruled':
      return `Conflict on ${name}: the server’s ${lostWords(item)} kept`
    case 'conflict':
      return item.code === 'DELETED'
        ? `${name} was deleted by somebody else: your change was not taken`
        : `Conflict on ${name}: the server’s version was kept`
    case 'rejected':
    case 'failed':
      return `Sync failed for ${item.title}`
    case 'blocked':
      return `${item.title} has to wait`
    case 'unreadable':
      return 'Something kept on this device cannot be read'
  }
}

function lostWords({ entityType, lostFields }: AttentionItem): string {
  if (lostFields.length === 0) return 'version was'
  const labels = lostFields.map((field) => labelOf(entityType, field))
  return `${joinWords(labels)} ${labels.length === 1 ? 'was' : 'were'}`
}

function explanationOf(item: AttentionItem): string {
  switch (item.kind) {
    case 'overruled':
      return 'Two people changed it without knowing of each other, and the later change stays. Yours is kept here.'
    case 'conflict':
      return `${reasonOf(item)} Yours is kept here until you decide.`
    case 'rejected':
      return [reasonOf(item), item.code === 'VALIDATION_ERROR' ? item.message : ''].filter(Boolean).join(' ')
    case 'failed':
      return `It was tried several times. ${item.message}`.trim()
    case 'blocked':
      return 'What it belongs to was not accepted. Settle that first, or send it again.'
    case 'unreadable':
      return 'Export it before you discard it: somebody may still be able to make sense of it.'
  }
}

function reasonOf({ code, message }: AttentionItem): string {
  return code === undefined ? message : reasons[code]
}

function compare({ entityType, operation, serverState, lostFields, kind }: AttentionItem, nameOf: NameOf): readonly Comparison[] {
  if (operation === undefined || operation.operationType === 'delete') return []
  const fields = kind === 'overruled' && lostFields.length > 0 ? lostFields : Object.keys(operation.payload)
  return fields.map((field) => ({
    field,
    label: labelOf(entityType, field),
    mine: formatField({ entityType, field }, operation.payload[field], nameOf),
    theirs: serverState && formatField({ entityType, field }, serverState.fields[field], nameOf),
  }))
}

/** Sending it again over a deletion restores the record. */
function retryLabel({ kind, code }: AttentionItem): string | undefined {
  switch (kind) {
    case 'overruled':
      return 'Use mine'
    case 'conflict':
      return code === 'DELETED' ? 'Bring it back with my change' : 'Send mine'
    case 'failed':
      return 'Retry now'
    case 'rejected':
    case 'blocked':
      return 'Send again'
    case 'unreadable':
      return undefined
  }
}
