import { randomUUID } from 'node:crypto'
import type { SceneElement, SceneOperation, SceneSyncResult } from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import { readScene, sendScene } from '../support/scene-requests.ts'
import type { RunningServer } from '../support/start-server.ts'

/** A program that sends one batch after the other to a scene, each until it is answered, over all lives of the server. */
export interface SceneSender {
  readonly answered: number
  /** Answers to batches that had been answered before. */
  readonly repeated: number
  readonly faults: readonly string[]
  /** Sends until the server is gone. */
  work(server: RunningServer): Promise<void>
  /** Sends what is not answered yet, and holds what the scene has against what was answered. */
  verify(server: RunningServer): Promise<void>
}

interface Batch {
  readonly number: number
  readonly operations: readonly SceneOperation[]
}

/** Earlier batches that are sent again at times. */
const rememberedMax = 20
/** Of them, after each kill. */
const repeatsAtEnd = 5

/**
 * Batch n adds mark n, removes mark n-1 and counts in an element of its own. So half a batch shows, and a batch that takes effect twice meets
 * a mark that is there already, or one that is gone.
 */
export function createSceneSender(name: string, scene: string, random: SeededRandom): SceneSender {
  const faults: string[] = []
  const answers: { readonly batch: Batch; readonly result: SceneSyncResult }[] = []
  let timestamp = Date.now()
  let answered = 0
  let repeated = 0
  let waiting: Batch | undefined

  const common = () => ({ operationId: randomUUID(), clientId: name, timestamp: ++timestamp })
  const element = (id: string, x: number): SceneElement => ({ id, kind: 'mark', x, y: 0, width: 1, height: 1, updatedAt: 0 })
  const nextBatch = (number: number): Batch => {
    const marks: SceneOperation[] = [{ type: 'AddElement', ...common(), element: element(`${name} ${number}`, number) }]
    if (number === 1) marks.push({ type: 'AddElement', ...common(), element: element(name, 0) })
    else marks.push({ type: 'RemoveElement', ...common(), id: `${name} ${number - 1}` })
    const count: SceneOperation = { type: 'UpdateElement', ...common(), id: name, changes: { x: number } }
    return {
      number,
      operations: [...marks, { type: 'Interaction', ...common(), kind: 'counted', at: { x: number, y: 0 } }, count],
    }
  }
  const ask = async (server: RunningServer, batch: Batch): Promise<SceneSyncResult | undefined> => {
    try {
      const { status, code, result } = await sendScene(server, scene, { operations: batch.operations })
      if (result === undefined && status !== 503) faults.push(`${name}: batch ${batch.number} was refused: ${status} ${code}`)
      return result
    } catch {
      // The server is gone, before or after it stored the batch: that is the question.
      return undefined
    }
  }
  const sendNext = async (server: RunningServer): Promise<boolean> => {
    waiting ??= nextBatch(answered + 1)
    const batch = waiting
    const result = await ask(server, batch)
    if (result === undefined) return false
    if (result.syncedCount !== batch.operations.length || result.conflictCount > 0)
      faults.push(`${name}: batch ${batch.number} took effect twice or in part: ${JSON.stringify(result)}`)
    answers.push({ batch, result })
    if (answers.length > rememberedMax) answers.shift()
    answered = batch.number
    waiting = undefined
    return true
  }
  const repeatOne = async (server: RunningServer): Promise<boolean> => {
    const earlier = answers[random.below(Math.max(1, answers.length))]
    if (earlier === undefined) return true
    const result = await ask(server, earlier.batch)
    if (result === undefined) return false
    const { timestamp: _at, durationMs: _took, retryAttempts: _tries, ...verdicts } = result
    if (JSON.stringify({ ...earlier.result, ...verdicts }) !== JSON.stringify(earlier.result))
      faults.push(`${name}: batch ${earlier.batch.number} got another verdict the second time: ${JSON.stringify(result)}`)
    repeated += 1
    return true
  }

  return {
    get answered() {
      return answered
    },
    get repeated() {
      return repeated
    },
    faults,
    async work(server) {
      for (let isThere = true; isThere;) isThere = random.below(4) === 0 ? await repeatOne(server) : await sendNext(server)
    },
    async verify(server) {
      const elements = (await readScene(server, scene)) ?? {}
      const marks = Object.keys(elements).filter((id) => id.startsWith(`${name} `))
      const counted = Number(elements[name]?.['x'] ?? 0)
      const expected = counted === 0 ? [] : [`${name} ${counted}`]
      if (JSON.stringify(marks) !== JSON.stringify(expected))
        faults.push(`${name}: has counted ${counted} and shows ${marks.join()}`)
      if (counted !== answered && counted !== answered + 1)
        faults.push(`${name}: ${answered} were answered, and it has counted ${counted}`)
      await sendNext(server)
      for (let repeat = 0; repeat < repeatsAtEnd; repeat++) await repeatOne(server)
    },
  }
}
