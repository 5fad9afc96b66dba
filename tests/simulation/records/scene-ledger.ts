import { canonicalJson, sceneSyncResultSchema, type SceneOperation } from '@rejoin/core'
import type { AppendRequest } from '@rejoin/server/simulation'
import { SceneTruth, type SceneFate } from './scene-truth.ts'
import { nobody, type SimUser } from './sim-user.ts'
import { Violation } from './violation.ts'

/** A scene that nobody edits live, and one that people have open. */
export const queuedScene = 'sketch'
export const liveScene = 'plan'

/** The books of scenes: what persons did, what reached the server's disk, what its answers say. */
export class SceneLedger {
  readonly userByTag = new Map<string, SimUser>()
  /** Operations that a server could not take at first. */
  readonly postponedIds = new Set<string>()
  readonly #operationById = new Map<string, SceneOperation>()
  readonly #truths = new Map<string, SceneTruth>()
  #tagCount = 0

  /** Something that a person writes, known by what occurs nowhere else. */
  tag(user: SimUser): string {
    const tag = `${user.tenant}/${user.name}/drawn#${this.#tagCount++}`
    this.userByTag.set(tag, user)
    return tag
  }

  truths(): Iterable<[name: string, truth: SceneTruth]> {
    return this.#truths
  }

  truthOf(tenant: string, scene: string): SceneTruth {
    const name = `${tenant}/${scene}`
    const known = this.#truths.get(name)
    if (known !== undefined) return known
    const operationOf = (operationId: string): SceneOperation | undefined => this.#operationById.get(operationId)
    const truth = new SceneTruth({ tenant, scene, isQueueOnly: scene !== liveScene, operationOf })
    this.#truths.set(name, truth)
    return truth
  }

  fateOf(tenant: string | undefined, scene: string, operationId: string): SceneFate | undefined {
    return tenant === undefined ? undefined : this.#truths.get(`${tenant}/${scene}`)?.fates.get(operationId)
  }

  /** It is on a device's disk. */
  kept(operation: SceneOperation): void {
    const { operationId } = operation
    const known = this.#operationById.get(operationId)
    if (known === undefined) this.#operationById.set(operationId, operation)
    else if (!isSame(known, operation)) throw new Violation('P2', `${operationId} was changed after it was kept`)
  }

  /** It has reached the server. */
  arrived(operations: readonly SceneOperation[], sender: SimUser): void {
    for (const operation of operations) {
      const known = this.#operationById.get(operation.operationId)
      if (known === undefined) throw new Violation('P3', `the server got ${operation.operationId}, which nobody kept`)
      if (!isSame(known, operation)) throw new Violation('P2', `${operation.operationId} was changed on its way`)
      for (const tag of tagsOf(operation)) this.#checkUser(tag, sender)
    }
  }

  /** P1: the server says it, so it is on the disk; and every operation counts once. */
  answered(
    operations: readonly SceneOperation[],
    { tenant }: SimUser,
    { scene, body }: { readonly scene: string; readonly body: unknown },
  ): void {
    const { syncedCount, conflicts, failedOperations } = sceneSyncResultSchema.parse(body)
    const lostIds = new Set(conflicts.filter(({ decision }) => decision === 'remote').map(({ operation }) => operation))
    const failedIds = new Set(failedOperations.map(({ operation }) => operation))
    if (syncedCount + lostIds.size + failedIds.size !== operations.length)
      throw new Violation(
        'P2',
        `of ${operations.length} operations an answer counts ${syncedCount}, ${lostIds.size} and ${failedIds.size}`,
      )
    for (const { operationId } of operations) {
      if (failedIds.has(operationId)) continue
      const [said, stored] = [lostIds.has(operationId) ? 'lost' : 'taken', this.fateOf(tenant, scene, operationId)]
      if (stored !== said)
        throw new Violation('P1', `the server says that ${operationId} is ${said}, the disk ${stored ?? 'nothing'}`)
    }
  }

  committed(tenant: string, request: AppendRequest): void {
    this.truthOf(tenant, request.document).committed(request)
  }

  /** Whatever is in a scene was written by somebody of its tenant, and each operation put it there once. */
  audit(): void {
    for (const [name, { fates, effectsByTag }] of this.#truths) {
      const takenByTag = new Map<string, number>()
      for (const [operationId, fate] of fates) {
        const operation = this.#operationById.get(operationId)
        if (operation === undefined || fate === 'lost') continue
        for (const tag of tagsOf(operation)) takenByTag.set(tag, (takenByTag.get(tag) ?? 0) + 1)
      }
      for (const [tag, effects] of effectsByTag) this.#checkEffects(name, tag, { effects, taken: takenByTag.get(tag) })
    }
  }

  #checkEffects(
    name: string,
    tag: string,
    { effects, taken }: { readonly effects: number; readonly taken: number | undefined },
  ): void {
    const user = this.userByTag.get(tag)
    if (user === undefined) throw new Violation('P3', `${name} has ${tag}, which nobody made`)
    if (user !== nobody && !name.startsWith(`${user.tenant}/`)) throw new Violation('P7', `${name} has ${tag} of another tenant`)
    const most = tag.includes('/live#') ? 1 : (taken ?? 0)
    if (effects > most) throw new Violation('P2', `${tag} took effect ${effects} times in ${name}, and not ${most} times`)
  }

  #checkUser(tag: string, sender: SimUser): void {
    const maker = this.userByTag.get(tag)
    if (maker === undefined) throw new Violation('P3', `the server got "${tag}", which nobody made`)
    if (maker !== nobody && maker !== sender) throw new Violation('P7', `${tag} was sent by ${sender.tenant}/${sender.name}`)
  }
}

/** What an operation says that no other does. */
function tagsOf(operation: SceneOperation): readonly string[] {
  const values =
    operation.type === 'AddElement'
      ? Object.values(operation.element)
      : operation.type === 'UpdateElement'
        ? Object.values(operation.changes)
        : operation.type === 'Interaction'
          ? [operation.kind]
          : []
  return values.filter((value): value is string => typeof value === 'string' && value.includes('#'))
}

function isSame(one: SceneOperation, other: SceneOperation): boolean {
  return describeOperation(one) === describeOperation(other)
}

/** Two that are equal read equal. */
export function describeOperation(operation: object): string {
  return canonicalJson(JSON.parse(JSON.stringify(operation)))
}
