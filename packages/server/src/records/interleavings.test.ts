import type { Operation, RecordRow, SyncResponse } from '@rejoin/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRecordsWorld, identityOf, ScriptedDevice, type RecordsWorld } from '../testing/records-world.ts'

const ann = identityOf('ann')

/** A step of a device: what it does to which record, or how much of what it has it sends. */
const change = fc.record({
  entityType: fc.constantFrom('product', 'recipe', 'memo', 'movement'),
  operationType: fc.constantFrom('create', 'update', 'delete'),
  recordId: fc.constantFrom('a', 'b', 'c'),
  baseVersion: fc.constantFrom(null, 1, 2, 3),
  isValid: fc.boolean(),
  group: fc.constantFrom(undefined, undefined, undefined, 'g', 'h'),
  afterMs: fc.integer({ min: -5_000, max: 5_000 }),
})
const batches = fc.array(
  fc.record({ device: fc.constantFrom(0, 1), changes: fc.array(change, { maxLength: 6 }), isTogether: fc.boolean() }),
  {
    maxLength: 12,
  },
)

type ValueOf<Own> = Own extends fc.Arbitrary<infer Value> ? Value : never
type Change = ValueOf<typeof change>
type Batches = ValueOf<typeof batches>

function operationOf(
  device: ScriptedDevice,
  { entityType, operationType, recordId, baseVersion, isValid, group, afterMs }: Change,
): Operation {
  const payloads: Record<string, Operation['payload']> = {
    product: { name: `by ${device.id}`, priceCents: isValid ? 1 : -1 },
    recipe: { title: isValid ? device.id : 7 },
    memo: { text: isValid ? device.id : 7 },
    movement: { productId: 'a', quantity: isValid ? 1 : 1.5 },
  }
  return device.operation({
    entityType,
    operationType,
    recordId,
    baseVersion,
    payload: operationType === 'delete' ? {} : (payloads[entityType] ?? {}),
    clientUpdatedAt: new Date(Date.UTC(2026, 10, 21, 12) + afterMs).toISOString(),
    ...(group !== undefined && { groupId: group }),
  })
}

interface Played {
  readonly world: RecordsWorld
  readonly requests: readonly { readonly device: ScriptedDevice; readonly operations: readonly Operation[] }[]
  readonly answers: readonly SyncResponse[]
}

/** Sends the batches in order; neighbours that say so without waiting for each other. */
async function play(plan: Batches): Promise<Played> {
  const world = createRecordsWorld()
  const devices = [new ScriptedDevice('phone'), new ScriptedDevice('desk')]
  const requests = plan.flatMap(({ device: index, changes }) => {
    const device = devices[index]
    return device === undefined ? [] : [{ device, operations: changes.map((each) => operationOf(device, each)) }]
  })
  const answers: Promise<SyncResponse>[] = []
  for (const [index, { device, operations }] of requests.entries()) {
    answers.push(world.service.sync(ann, device.request(operations)))
    if (plan[index]?.isTogether === false) await answers.at(-1)
  }
  return { world, requests, answers: await Promise.all(answers) }
}

async function feedOf({ service }: RecordsWorld, limit: number): Promise<RecordRow[]> {
  const rows: RecordRow[] = []
  for (let checkpoint: string | undefined, hasMore = true; hasMore;) {
    const page = await service.changes(ann, { checkpoint, limit })
    rows.push(...page.changes)
    ;({ checkpoint, hasMore } = page)
  }
  return rows
}

test('[RP2] whatever was sent, sending it again changes nothing, and each operation is told its first verdict', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (plan) => {
      const { world, requests, answers } = await play(plan)
      const before = await feedOf(world, 1_000)
      const audited = world.memory.auditOf('acme').length
      for (const [index, { device, operations }] of requests.entries()) {
        const { results } = await world.service.sync(ann, device.request(operations))
        const firsts = answers[index]?.results.map(({ operationId, status, code, seq, version }) => ({
          operationId,
          status: 'duplicate',
          first: { status, ...(code && { code }), ...(seq && { seq }), ...(version && { version }) },
        }))
        expect(results.map(({ operationId, status, first }) => ({ operationId, status, first }))).toEqual(firsts)
      }
      expect(await feedOf(world, 1_000)).toEqual(before)
      expect(world.memory.auditOf('acme')).toHaveLength(audited)
    }),
  )
})

test('[RP9] any interleaving of two devices gives dense numbers and a feed without gaps, whatever the pages', async () => {
  await fc.assert(
    fc.asyncProperty(batches, fc.integer({ min: 1, max: 4 }), async (plan, limit) => {
      const { world, answers } = await play(plan)
      const effects = answers.flatMap(({ results }) => results.flatMap(({ seq }) => seq ?? []))
      const seqs = [...new Set(effects)].toSorted((a, b) => a - b)
      expect(seqs).toEqual(seqs.map((_, index) => index + 1))
      // Every answer's numbers are one number: that of its request.
      for (const { results } of answers) expect(new Set(results.flatMap(({ seq }) => seq ?? [])).size).toBeLessThanOrEqual(1)
      const rows = await feedOf(world, limit)
      expect(rows).toEqual(await feedOf(world, 1_000))
      expect(new Set(rows.map(({ entityType, recordId }) => `${entityType}/${recordId}`)).size).toBe(rows.length)
      expect(rows.map(({ seq }) => seq)).toEqual(rows.map(({ seq }) => seq).toSorted((a, b) => a - b))
      const versions = Object.fromEntries(rows.map(({ entityType, recordId, version }) => [`${entityType}/${recordId}`, version]))
      const taken = answers.flatMap(({ results }) => results.filter(({ seq }) => seq !== undefined))
      const counted: Record<string, number> = {}
      for (const { serverState } of taken) {
        const key = `${serverState?.entityType}/${serverState?.recordId}`
        counted[key] = (counted[key] ?? 0) + 1
      }
      expect(versions).toEqual(counted)
    }),
  )
})

test('[RP12] the counts of a summary are what happened', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (plan) => {
      const { answers } = await play(plan)
      for (const { results, summary } of answers) {
        const count = (...statuses: string[]): number => results.filter(({ status }) => statuses.includes(status)).length
        expect(summary).toMatchObject({
          success: count('conflict', 'rejected') === 0,
          syncedCount: count('applied', 'merged', 'conflictResolved'),
          conflictCount: count('conflict', 'conflictResolved'),
          failedCount: count('rejected'),
        })
        expect(summary.failedOperations.map(({ operation, error }) => [operation, error])).toEqual(
          results.filter(({ status }) => status === 'rejected').map(({ operationId, code }) => [operationId, code]),
        )
      }
    }),
  )
})

test('[RP7] of a group in a request, all operations are taken or none', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (plan) => {
      const { requests, answers } = await play(plan)
      for (const [index, { operations }] of requests.entries()) {
        const takenByGroup = new Map<string, Set<boolean>>()
        for (const [at, { groupId }] of operations.entries()) {
          if (groupId === undefined) continue
          const status = answers[index]?.results[at]?.status
          const taken = status !== 'conflict' && status !== 'rejected'
          takenByGroup.set(groupId, (takenByGroup.get(groupId) ?? new Set()).add(taken))
        }
        for (const outcomes of takenByGroup.values()) expect(outcomes.size).toBe(1)
      }
    }),
  )
})
