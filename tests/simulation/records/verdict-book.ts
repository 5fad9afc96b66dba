import { canonicalJson, operationSchema, type JsonValue, type Operation, type ResultCode, type ResultStatus } from '@rejoin/core'
import type { RecordsCommit } from '@rejoin/server/simulation'
import { accessOf, type Rights } from './sim-user.ts'
import { Violation } from './violation.ts'

type StoredVerdict = RecordsCommit['verdicts'][number]

interface SentOperation {
  readonly operation: Operation
  /** With whose rights it was ever sent. */
  readonly senders: Rights[]
  /** Clones sent different things under this id. */
  isAmbiguous: boolean
}

interface Effect {
  readonly lostFields: readonly string[]
}

export function isEffective(status: ResultStatus): boolean {
  return status === 'applied' || status === 'merged' || status === 'conflictResolved'
}

/** Every operation that ever left a device, and what the disk says became of it. Nothing is ever forgotten here. */
export class VerdictBook {
  /** Devices were cloned in this world: two of them may send different things under one name. */
  hasClones = false
  serverVersion = 1
  readonly #sentById = new Map<string, SentOperation>()
  readonly #verdictById = new Map<string, StoredVerdict>()
  /** Verdicts that a restored backup does not have any more. */
  readonly #lostVerdictById = new Map<string, StoredVerdict>()
  readonly #effectById = new Map<string, Effect>()
  readonly #createdByRecord = new Map<string, string>()
  /** Whether they took effect, of the members of each group that had their verdicts. */
  readonly #membersByGroup = new Map<string, Map<string, boolean>>()
  readonly #changedGroups = new Set<string>()
  /** Operations in whose place another one took effect, after a person had mended them. */
  readonly #mended = new Set<string>()

  /** A device sends it, once more perhaps. What was sent before must be the same. */
  sent(operation: Operation, sender: Rights): void {
    const id = `${sender.tenant}/${operation.operationId}`
    const known = this.#sentById.get(id)
    if (known === undefined) {
      this.#sentById.set(id, { operation, senders: [sender], isAmbiguous: false })
      return
    }
    known.senders.push(sender)
    if (intention(known.operation) === intention(operation)) return
    if (!this.hasClones) throw new Violation('P2', `${operation.operationId} was sent before with another content`)
    known.isAmbiguous = true
  }

  /** It is judged with the rights that its sender has by now. */
  arrived(operations: readonly unknown[], sender: Rights): void {
    for (const operation of operations) {
      const { data } = operationSchema.safeParse(operation)
      if (data !== undefined) this.#sentById.get(`${sender.tenant}/${data.operationId}`)?.senders.push(sender)
    }
  }

  wasSent(tenant: string, operationId: string): boolean {
    return this.#sentById.has(`${tenant}/${operationId}`)
  }

  isAmbiguous(tenant: string, operationId: string): boolean {
    return this.#sentById.get(`${tenant}/${operationId}`)?.isAmbiguous ?? false
  }

  /** In the words that the server has now. */
  contentOf(tenant: string, operationId: string): Operation | undefined {
    const operation = this.#sentById.get(`${tenant}/${operationId}`)?.operation
    if (operation === undefined || operation.schemaVersion >= this.serverVersion || operation.entityType !== 'product')
      return operation
    const { note, ...payload } = operation.payload
    return note === undefined ? operation : { ...operation, payload: { ...payload, remark: note } }
  }

  stored(tenant: string, verdict: StoredVerdict): void {
    const id = `${tenant}/${verdict.operationId}`
    if (this.#verdictById.has(id)) throw new Violation('P2', `${verdict.operationId} got a second verdict`)
    this.#verdictById.set(id, verdict)
    const operation = this.#sentById.get(id)?.operation
    const takesEffect = isEffective(verdict.status)
    if (operation?.retryOf !== undefined) {
      if (takesEffect) this.#mended.add(`${tenant}/${operation.retryOf}`)
    } else if (operation?.groupId !== undefined) {
      const group = `${tenant}/${operation.deviceId}/${operation.groupId}`
      const members = this.#membersByGroup.get(group) ?? new Map<string, boolean>()
      this.#membersByGroup.set(group, members.set(id, takesEffect))
      this.#changedGroups.add(group)
    }
  }

  /**
   * All of a group took effect, or none of it. After every transaction: a late repeat of a member that was mended meanwhile is refused, and
   * what was made of it counts.
   */
  checkGroups(): void {
    for (const group of this.#changedGroups) {
      const members = [...(this.#membersByGroup.get(group) ?? [])]
      const isTorn =
        members.some(([, takesEffect]) => takesEffect) &&
        members.some(([id, takesEffect]) => !takesEffect && !this.#mended.has(id))
      // A clone has the same group, and a person may have mended one of it there.
      if (isTorn && !this.hasClones) throw new Violation('P2', `of the group ${group} some took effect and some did not`)
    }
    this.#changedGroups.clear()
  }

  /** Each create brings its record into being once: a repeat under another name would make the sum of a ledger wrong. */
  tookEffect(tenant: string, operation: Operation, effect: Effect): void {
    this.#effectById.set(`${tenant}/${operation.operationId}`, effect)
    if (operation.operationType !== 'create' || operation.baseVersion !== null) return
    const tags = Object.values(operation.payload).filter(
      (value): value is string => typeof value === 'string' && value.includes('#'),
    )
    const record = `${tenant}/${operation.entityType}/${tags.join(',')}`
    if (this.#createdByRecord.has(record)) throw new Violation('P2', `${record} was created twice`)
    this.#createdByRecord.set(record, operation.operationId)
  }

  verdictOf(tenant: string, operationId: string): StoredVerdict | undefined {
    return this.#verdictById.get(`${tenant}/${operationId}`)
  }

  /** Also of what a restored backup lost: who was told before could not know. */
  everHadVerdict(tenant: string, operationId: string): StoredVerdict | undefined {
    return this.verdictOf(tenant, operationId) ?? this.#lostVerdictById.get(`${tenant}/${operationId}`)
  }

  effectOf(tenant: string, operationId: string): Effect | undefined {
    return this.#effectById.get(`${tenant}/${operationId}`)
  }

  /** The quantities of all movements that took effect, each by its own tag. */
  effectiveSum(tenant: string): number {
    let sum = 0
    for (const [record, operationId] of this.#createdByRecord) {
      if (!record.startsWith(`${tenant}/movement/`)) continue
      sum += Number(this.#sentById.get(`${tenant}/${operationId}`)?.operation.payload['quantity'])
    }
    return sum
  }

  /** Everything since the backup is gone. */
  restored(): void {
    for (const [id, verdict] of this.#verdictById) this.#lostVerdictById.set(id, verdict)
    this.#verdictById.clear()
    this.#effectById.clear()
    this.#createdByRecord.clear()
    this.#membersByGroup.clear()
    this.#changedGroups.clear()
    this.#mended.clear()
  }

  /** Refusals that are not the policy's. */
  mayBeRefused(tenant: string, operation: Operation, code: ResultCode | undefined): boolean {
    const senders = this.#sentById.get(`${tenant}/${operation.operationId}`)?.senders ?? []
    if (code === 'FORBIDDEN') return senders.some((sender) => !mayWrite(sender, operation))
    return code === 'DEPENDENCY_FAILED' && operation.groupId !== undefined
  }
}

function mayWrite(sender: Rights, { entityType }: Operation): boolean {
  return accessOf(sender, entityType) === 'write' && entityType !== 'diary'
}

/** Whatever an operation means; a forked device sends the same under another number. */
function intention({ deviceId: _device, deviceSeq: _seq, priority: _priority, ...rest }: Operation): string {
  const text: JsonValue = JSON.parse(JSON.stringify(rest))
  return canonicalJson(text)
}
