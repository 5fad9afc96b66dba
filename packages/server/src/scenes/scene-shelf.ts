import { applyOperations } from './apply-operations.ts'
import type { AppliedScene, SceneJob } from './scene-applier.ts'
import { SceneDocument } from './scene-document.ts'

/** As bytes of updates; in memory it is some twenty times as much. */
const keptBytesMax = 8 * 1024 * 1024
const keptScenesMax = 32

/** Applies jobs, and keeps the scenes that were changed last: to build one of 5,000 elements takes 200 ms, to go on with it a few. */
export class SceneShelf {
  /** By place, the one that was used last at the end. */
  readonly #scenes = new Map<string, SceneDocument>()

  /** Scenes kept. */
  get size(): number {
    return this.#scenes.size
  }

  /** Throws where the state is not what Yjs makes. */
  apply(job: SceneJob): AppliedScene {
    const scene = this.#take(job)
    try {
      const applied = applyOperations(scene, job)
      this.#put(job.place, scene)
      return applied
    } catch (error) {
      scene.close()
      throw error
    }
  }

  #take(job: SceneJob): SceneDocument {
    const kept = this.#scenes.get(job.place)
    this.#scenes.delete(job.place)
    if (kept === undefined) return new SceneDocument(job)
    if (job.mayReuse && kept.canReach(job)) {
      kept.advance(job)
      return kept
    }
    kept.close()
    return new SceneDocument(job)
  }

  #put(place: string, scene: SceneDocument): void {
    this.#scenes.set(place, scene)
    let bytes = 0
    for (const [index, [key, kept]] of [...this.#scenes].toReversed().entries()) {
      bytes += kept.byteLength
      if (index < keptScenesMax && bytes <= keptBytesMax) continue
      this.#scenes.delete(key)
      kept.close()
    }
  }
}
