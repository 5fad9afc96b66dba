import { SceneRequestError } from './scene-request-error.ts'

/** Batches of one document that wait for their turn. */
const waitingMax = 100

/** One batch of a document after the other: each is judged by what the one before left, and a repeat meets its first time's verdict. */
export class DocumentLanes {
  readonly #waitingByKey = new Map<string, { last: Promise<unknown>; count: number }>()

  run<Result>(place: { readonly tenant: string; readonly document: string }, work: () => Promise<Result>): Promise<Result> {
    const key = `${place.tenant}\0${place.document}`
    const lane = this.#waitingByKey.get(key) ?? { last: Promise.resolve(), count: 0 }
    if (lane.count >= waitingMax)
      return Promise.reject(new SceneRequestError('OVERLOADED', 'too many batches of this scene are waiting'))
    this.#waitingByKey.set(key, lane)
    lane.count += 1
    const turn = lane.last.then(work)
    // The next in line starts whatever became of this one, which its own caller hears.
    lane.last = Promise.allSettled([turn]).then(() => {
      lane.count -= 1
      if (lane.count === 0) this.#waitingByKey.delete(key)
    })
    return turn
  }
}
