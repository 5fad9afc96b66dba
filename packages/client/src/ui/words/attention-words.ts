import type { ResultCode } from '@rejoin/core'
import type { AttentionItem } from '../../outbox/attention.ts'
import { joinWords } from './count-words.ts'
import { nameIn, nameOfItem, type RecordWords } from './record-words.ts'

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

const reasons: Readonly<Record<ResultCode, string>> = {
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

/** What happened in plain words, and what can be done about it. */
export function describeAttention(item: AttentionItem, words: RecordWords): AttentionWords {
  return {
    headline: headlineOf(item, words),
    explanation: explanationOf(item),
    comparisons: compare(item, words),
    retry: retryLabel(item),
    isEditable: item.kind !== 'unreadable' && isWrite(item),
  }
}

function isWrite({ operation }: AttentionItem): boolean {
  return operation !== undefined && operation.operationType !== 'delete'
}

function headlineOf(item: AttentionItem, words: RecordWords): string {
  switch (item.kind) {
    case 'overruled':
      return `Conflict on ${nameOfItem(item, words)}: the server's ${lostWords(item, words)} kept`
    case 'conflict':
      return conflictHeadline(item, words)
    case 'rejected':
    case 'failed':
      return `Sync failed for ${titleOfItem(item, words)}`
    case 'blocked':
      return `${titleOfItem(item, words)} has to wait`
    case 'unreadable':
      return 'Something kept on this device cannot be read'
  }
}

/** A change says what it does; of which record, where it does not name that itself, the app may know. */
function titleOfItem({ title, entityType, recordId, operation }: AttentionItem, words: RecordWords): string {
  const name = nameIn(operation?.payload ?? {}) === undefined ? words.nameOf(entityType, recordId) : undefined
  return name === undefined || title.endsWith(name) ? title : `${title} ${name}`
}

function conflictHeadline(item: AttentionItem, words: RecordWords): string {
  const name = nameOfItem(item, words)
  return item.code === 'DELETED'
    ? `${name} was deleted by somebody else: your change was not taken`
    : `Conflict on ${name}: the server's version was kept`
}

/** In the corner a conflict is told in the same words whatever was lost, and asks for a look. */
export function describeNotice(item: AttentionItem, words: RecordWords): string {
  if (item.kind === 'overruled') return `Conflict on ${nameOfItem(item, words)}: the server's version was kept. Please review.`
  const headline = headlineOf(item, words)
  return item.kind === 'conflict' ? `${headline}. Please review.` : headline
}

function lostWords({ entityType, lostFields }: AttentionItem, words: RecordWords): string {
  if (lostFields.length === 0) return 'version was'
  const labels = lostFields.map((field) => words.labelOf({ entityType, field }))
  return `${joinWords(labels)} ${labels.length === 1 ? 'was' : 'were'}`
}

function explanationOf(item: AttentionItem): string {
  switch (item.kind) {
    case 'overruled':
      return 'Two people changed it without knowing of each other, and the later change stays. Yours is kept here.'
    case 'conflict':
      return `${reasonOf(item)} Yours is kept here until you decide.`
    case 'rejected':
      return [...new Set([reasonOf(item), item.code === 'VALIDATION_ERROR' ? item.message : ''])].filter(Boolean).join(' ')
    case 'failed':
      return `It was tried several times. ${item.message}`.trim()
    case 'blocked':
      return 'What it belongs to was not accepted. Settle that first, or send it again.'
    case 'unreadable':
      return 'Export it before you discard it: somebody may still be able to make sense of it.'
  }
}

/** What this version does not know is told as it came. */
function reasonOf({ code, message, request }: AttentionItem): string {
  // Of a scene the sentence says more: its elements are no records.
  return code === undefined || request?.scene !== undefined ? message : reasons[code]
}

function compare(
  { entityType, operation, serverState, lostFields, kind }: AttentionItem,
  words: RecordWords,
): readonly Comparison[] {
  if (operation === undefined || operation.operationType === 'delete') return []
  const fields = kind === 'overruled' && lostFields.length > 0 ? lostFields : Object.keys(operation.payload)
  return fields.map((field) => ({
    field,
    label: words.labelOf({ entityType, field }),
    mine: words.format({ entityType, field }, operation.payload[field]),
    theirs: serverState && words.format({ entityType, field }, serverState.fields[field]),
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
