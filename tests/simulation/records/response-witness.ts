import type { ChangesResponse, OperationResult, RecordRow, ResultStatus, SyncResponse } from '@rejoin/core'
import { isEffective } from './verdict-book.ts'
import type { Ledger } from './ledger.ts'
import { keyOf } from './server-truth.ts'
import { isVisible, type Rights } from './sim-user.ts'
import { Violation } from './violation.ts'

/** Verdicts that are final for the device although the server keeps none. */
const unkeptCodes = new Set(['VALIDATION_ERROR', 'TOO_LARGE', 'ID_REUSED'])
const retryableCodes = new Set(['RATE_LIMITED', 'DEVICE_FORKED', 'UPGRADE_REQUIRED', 'INTERNAL'])

/** Checks what the server says at the moment when it says it: against the disk, never against the server. */
export class ResponseWitness {
  readonly #ledger: Ledger

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  pushed(rights: Rights, checkpoint: string | undefined, response: SyncResponse): void {
    for (const result of response.results) {
      this.#checkResult(rights, result)
      if (result.serverState !== undefined) this.#checkRow(rights, result.serverState, `the result of ${result.operationId}`)
    }
    this.pulled(rights, checkpoint, response)
  }

  pulled(rights: Rights, after: string | undefined, response: ChangesResponse): void {
    for (const row of response.changes) this.#checkRow(rights, row, 'the feed')
    if (response.resyncRequired !== undefined) this.#ledger.note(`resyncRequired ${response.resyncRequired}`)
    if (response.checkpoint === undefined) return
    const issued = readCheckpoint(response.checkpoint)
    this.#ledger.checkpoints.set(response.checkpoint, { ...issued, tenant: rights.tenant, rights })
    this.#checkPage(rights, { afterSeq: after === undefined ? 0 : readCheckpoint(after).seq, throughSeq: issued.seq }, response)
  }

  /** Everything between the two checkpoints must be there. */
  #checkPage(
    rights: Rights,
    { afterSeq, throughSeq }: { readonly afterSeq: number; readonly throughSeq: number },
    { changes, hasMore }: ChangesResponse,
  ): void {
    const told = new Set(changes.map(keyOf))
    const truth = this.#ledger.truthOf(rights.tenant)
    for (const [key, { stored }] of truth.records) {
      if (stored.seq <= afterSeq || stored.seq > throughSeq || !isVisible(rights, stored) || told.has(key)) continue
      throw new Violation('P5', `the feed from ${afterSeq} to ${throughSeq} leaves out ${key}, which has ${stored.seq}`)
    }
    if (hasMore) this.#ledger.note('feed in several pages')
  }

  #checkRow(rights: Rights, row: RecordRow, where: string): void {
    if (!isVisible(rights, row)) throw new Violation('P7', `${where} shows ${keyOf(row)} to ${rights.user}, who may not see it`)
    this.#ledger.checkRow(rights, where, row.fields)
    const known = this.#ledger.truthOf(rights.tenant).records.get(keyOf(row))?.stored
    const wasPurged = this.#ledger.truthOf(rights.tenant).purgedSeqByKey.has(keyOf(row))
    if (!wasPurged && (known === undefined || known.version < row.version))
      throw new Violation(
        'P1',
        `${where} shows version ${row.version} of ${keyOf(row)}, and the disk has ${known?.version ?? 'none'}`,
      )
  }

  #checkResult(rights: Rights, result: OperationResult): void {
    const { operationId, status, code } = result
    this.#ledger.note(`result ${code === undefined ? status : `${status} ${code}`}`)
    if (code !== undefined && retryableCodes.has(code)) return this.#checkRetryable(rights, result)
    const verdict = this.#ledger.book.verdictOf(rights.tenant, operationId)
    const isOther = code === 'ID_REUSED' || (code === 'TOO_LARGE' && this.#ledger.book.isAmbiguous(rights.tenant, operationId))
    if (isOther || (verdict === undefined && this.#isUnkept(rights, result))) return this.#checkUnkept(result)
    if (verdict === undefined)
      throw new Violation(status === 'duplicate' ? 'P3' : 'P1', `${operationId} was told ${status}, and the disk has no verdict`)
    if (status === 'duplicate') this.#noteRepeat(result, verdict.status)
    this.#checkSame(operationId, status === 'duplicate' ? result.first : result, verdict)
  }

  #checkSame(operationId: string, said: OperationResult['first'], verdict: NonNullable<OperationResult['first']>): void {
    if (said === undefined || (said.status === verdict.status && said.code === verdict.code)) return
    throw new Violation(
      'P2',
      `${operationId} was told ${said.status} ${said.code}; its verdict is ${verdict.status} ${verdict.code}`,
    )
  }

  #noteRepeat({ first }: OperationResult, verdict: ResultStatus): void {
    if (first === undefined) this.#ledger.note('duplicate after its verdict was pruned')
    if (isEffective(verdict)) this.#ledger.note('repeat of what took effect')
  }

  /** What could not even be read as a whole has no verdict, whatever the rest of its group got. */
  #isUnkept({ tenant }: Rights, { operationId, code, status }: OperationResult): boolean {
    if (code !== undefined && unkeptCodes.has(code)) return true
    // What a backup has lost was settled once, and its device has moved on.
    if (status === 'duplicate' && this.#ledger.book.everHadVerdict(tenant, operationId) !== undefined) return true
    const operation = this.#ledger.book.contentOf(tenant, operationId)
    return operation?.groupId !== undefined && JSON.stringify(operation.payload).length > 3_000
  }

  /** Final for the device, although the server keeps no verdict. */
  #checkUnkept({ operationId, code, message }: OperationResult): void {
    if (code === 'VALIDATION_ERROR' || (code === 'ID_REUSED' && !this.#ledger.book.hasClones))
      throw new Violation('P2', `${operationId} was refused as ${code}: ${message}`)
    this.#ledger.finallyAnswered.add(operationId)
  }

  #checkRetryable(rights: Rights, { operationId, code }: OperationResult): void {
    const { book } = this.#ledger
    const operation = book.contentOf(rights.tenant, operationId)
    if (code === 'DEVICE_FORKED' && !book.hasClones)
      throw new Violation('P2', `${operationId} was called forked; no device was cloned`)
    // Whatever stops one of a group for now stops the others.
    const isKnown = !book.isAmbiguous(rights.tenant, operationId) && operation?.groupId === undefined
    if (code === 'UPGRADE_REQUIRED' && isKnown && (operation?.schemaVersion ?? 1) <= book.serverVersion)
      throw new Violation('P3', `${operationId} was refused for its schema, which the server knows`)
  }
}

/** As the server writes it: `EPOCH.SEQ.SCOPE.SIGNATURE`, `SEQ` perhaps with something after a hyphen. */
function readCheckpoint(checkpoint: string): { readonly epoch: string; readonly seq: number } {
  const [epoch = '', seq = ''] = checkpoint.split('.')
  return { epoch, seq: Number(seq.split('-')[0]) }
}
