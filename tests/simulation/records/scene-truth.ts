import {
  canonicalJson,
  elementIdOf,
  type ElementOperation,
  type JsonObject,
  type JsonValue,
  type SceneOperation,
} from '@rejoin/core'
import type { AppendRequest } from '@rejoin/server/simulation'
import { applyUpdate, Doc, Map as YMap, type YEvent } from 'yjs'
import { z } from 'zod'
import { Violation } from './violation.ts'

/** What became of an operation, as far as whoever made it is concerned: the scene has it, or a person has to be told. */
export type SceneFate = 'taken' | 'lost'

type Fields = Readonly<Record<string, JsonValue | undefined>>

const verdictSchema = z.union([
  z.object({ type: z.literal('applied') }),
  z.object({
    type: z.literal('conflict'),
    decision: z.enum(['local', 'remote']),
    resolved: z.boolean(),
    reason: z.object({ type: z.string() }),
  }),
])
type Verdict = z.infer<typeof verdictSchema>

/** To be added and there, or to be changed and not there. */
const problemOf = {
  AddElement: 'ElementAlreadyExists',
  UpdateElement: 'ElementNotFound',
  RemoveElement: 'ElementNotFound',
} as const

export interface SceneTruthParts {
  readonly tenant: string
  readonly scene: string
  /** Nobody edits it live: then what it holds follows from the operations alone. */
  readonly isQueueOnly: boolean
  readonly operationOf: (operationId: string) => SceneOperation | undefined
}

/** One scene as it is on the server's disk, kept by another way than the server's own, and what became of each operation on it. */
export class SceneTruth {
  readonly doc = new Doc({ gc: false })
  readonly fates = new Map<string, SceneFate>()
  /** Operations by when their verdicts became durable. */
  readonly order: string[] = []
  /** How often something that somebody wrote came to be in the scene. */
  readonly effectsByTag = new Map<string, number>()
  readonly #parts: SceneTruthParts
  readonly #root: YMap<unknown>
  /** Elements by id, without the time of their last change. */
  readonly #expected = new Map<string, Fields>()

  constructor(parts: SceneTruthParts) {
    this.#parts = parts
    this.#root = this.doc.getMap('elements')
    this.#root.observeDeep((events) => {
      for (const event of events) this.#count(event)
    })
  }

  /** How it is described where it is compared. */
  get elements(): string {
    return describeElements(this.doc)
  }

  committed({ rows, verdicts = [] }: AppendRequest): void {
    for (const { update } of rows) applyUpdate(this.doc, update)
    const { pendingStructs, pendingDs } = this.doc.store
    if (pendingStructs !== null || pendingDs !== null)
      throw new Violation('P1', `the log of ${this.#name} holds an update whose predecessor it does not hold`)
    const judged = verdicts.map(({ operationId, verdict }) => {
      const operation = this.#parts.operationOf(operationId)
      if (operation === undefined) throw new Violation('P3', `${this.#name} has a verdict on ${operationId}, which nobody made`)
      return { operation, verdict: verdictSchema.parse(JSON.parse(verdict)) }
    })
    for (const { operation, verdict } of judged) this.#judged(operation, verdict)
    if (!this.#parts.isQueueOnly) return
    if (judged.every(({ operation }) => operation.type === 'Interaction') && rows.length > 0 && judged.length > 0)
      throw new Violation('P6', `interactions changed ${this.#name}`)
    this.#checkElements()
  }

  get #name(): string {
    return `${this.#parts.tenant}/${this.#parts.scene}`
  }

  #judged(operation: SceneOperation, verdict: Verdict): void {
    const { operationId } = operation
    if (this.fates.has(operationId)) throw new Violation('P2', `${operationId} has two verdicts in ${this.#name}`)
    const isLost = verdict.type === 'conflict' && (verdict.decision === 'remote' || !verdict.resolved)
    this.fates.set(operationId, isLost ? 'lost' : 'taken')
    this.order.push(operationId)
    if (operation.type === 'Interaction') {
      if (verdict.type !== 'applied') throw new Violation('P2', `an interaction met a conflict in ${this.#name}`)
      return
    }
    if (!this.#parts.isQueueOnly) return
    this.#checkReason(operation, verdict)
    if (!isLost) this.#expect(operation)
  }

  /** A second writing-down, of what can be said without times. */
  #checkReason(operation: ElementOperation, verdict: Verdict): void {
    const isThere = this.#expected.has(elementIdOf(operation))
    const said = verdict.type === 'conflict' ? verdict.reason.type : undefined
    const isAdd = operation.type === 'AddElement'
    const wanted = isThere === isAdd ? problemOf[operation.type] : undefined
    const isRight = wanted === said || (isThere && !isAdd && (said === 'StaleTimestamp' || said === 'ConcurrentModification'))
    if (!isRight)
      throw new Violation('P2', `${operation.type} ${operation.operationId} in ${this.#name} was judged ${said}, not ${wanted}`)
  }

  #expect(operation: ElementOperation): void {
    const updatedBy = operation.clientId
    switch (operation.type) {
      case 'AddElement':
        this.#expected.set(operation.element.id, { ...operation.element, updatedBy })
        break
      case 'UpdateElement': {
        const known = this.#expected.get(operation.id) ?? { id: operation.id }
        this.#expected.set(operation.id, { ...known, ...operation.changes, updatedBy })
        break
      }
      case 'RemoveElement':
        this.#expected.delete(operation.id)
    }
  }

  #checkElements(): void {
    const expected = describeFields(Object.fromEntries(this.#expected))
    const found = describeFields(this.#root.toJSON())
    if (found !== expected) throw new Violation('P6', `${this.#name} is ${found}, and by its operations ${expected}`)
  }

  #count({ target, changes }: YEvent<YMap<unknown>>): void {
    for (const [key, { action }] of changes.keys) {
      if (action === 'delete') continue
      const value = target.get(key)
      for (const each of value instanceof YMap ? value.values() : [value])
        if (typeof each === 'string' && each.includes('#')) this.effectsByTag.set(each, (this.effectsByTag.get(each) ?? 0) + 1)
    }
  }
}

/** By id and field, so that two that are equal read equal. */
export function describeElements(doc: Doc): string {
  return canonicalJson(doc.getMap('elements').toJSON())
}

/** Without the time of the last change, which is the server's to say, and what was taken away. */
function describeFields(elements: Readonly<Record<string, Fields>>): string {
  const described = Object.entries(elements).map(([id, { updatedAt: _at, ...fields }]) => [id, withoutNull(fields)] as const)
  return canonicalJson(Object.fromEntries(described))
}

function withoutNull(fields: Fields): JsonObject {
  return Object.fromEntries(Object.entries(fields).flatMap(([field, value]) => (value == null ? [] : [[field, value]])))
}
