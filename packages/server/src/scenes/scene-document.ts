import {
  elementOfUpdate,
  isJsonValue,
  isSameJson,
  sceneElementsRoot,
  type ElementOperation,
  type StoredElementTimes,
} from '@rejoin/core'
import * as Y from 'yjs'
import { CommitTimes } from './commit-times.ts'
import type { SceneJob } from './scene-applier.ts'

/** Who changed an element, and what time it has from now on (ms since the epoch). */
export interface Stamp {
  readonly updatedAt: number
  readonly updatedBy: string
}

/** A scene as a `Y.Doc`, to be changed once for each state it is brought to. What is no `Y.Map` in its root map is no element. */
export class SceneDocument {
  readonly #doc = new Y.Doc({ gc: true })
  readonly #elements: Y.Map<unknown>
  readonly #times: CommitTimes
  #now: number
  #seq: number
  #byteLength = 0

  /** Throws where the state is not what Yjs makes. */
  constructor(job: SceneJob) {
    this.#elements = this.#doc.getMap(sceneElementsRoot)
    this.#times = new CommitTimes(job.committedAt.snapshot ?? job.now)
    this.#now = job.now
    this.#seq = job.seq - job.tail.length
    this.#goOn(job, job.snapshot)
  }

  /** About how much it holds, as bytes of updates. */
  get byteLength(): number {
    return this.#byteLength
  }

  /** Whether the rows of the job go on from what is here. */
  canReach({ seq, tail }: Pick<SceneJob, 'seq' | 'tail'>): boolean {
    return this.#seq <= seq && this.#seq >= seq - tail.length
  }

  /** Takes in what was stored since; of it, our own last change is here already. Throws as the constructor. */
  advance(job: SceneJob): void {
    this.#goOn(job, undefined)
  }

  #goOn(job: SceneJob, snapshot: Uint8Array | undefined): void {
    const { seq, tail, committedAt, client, now } = job
    const known = this.#seq - (seq - tail.length)
    const rows = tail.slice(known)
    this.#doc.transact((transaction) => {
      for (const update of snapshot === undefined ? rows : [snapshot, ...rows]) {
        Y.applyUpdate(this.#doc, update)
        this.#byteLength += update.length
      }
      // Otherwise Yjs would tidy formatting marks up, which nobody asked us to.
      transaction.local = true
    })
    const { store } = this.#doc
    if (store.pendingStructs !== null || store.pendingDs !== null)
      throw new Error('a part of the document refers to something unknown')
    for (const [index, update] of rows.entries()) this.#times.note(update, committedAt.tail[known + index] ?? now)
    // Only now: Yjs takes another id where an update brings structs under its own.
    this.#doc.clientID = client
    this.#now = now
    this.#seq = seq
  }

  /** Runs changes as one transaction; returns them as an update, `undefined` where there were none. */
  change(run: () => void): Uint8Array | undefined {
    let made: Uint8Array | undefined
    const note = (update: Uint8Array) => (made = update)
    this.#doc.on('update', note)
    try {
      this.#doc.transact(run)
    } finally {
      this.#doc.off('update', note)
    }
    return made
  }

  /** `undefined` where there is no such element. */
  timesOf(id: string): StoredElementTimes | undefined {
    const element = this.#element(id)
    if (element === undefined) return undefined
    const [time, writer] = [element._map.get('updatedAt'), element._map.get('updatedBy')]
    const [updatedAt, updatedBy] = [element.get('updatedAt'), element.get('updatedBy')]
    const isTimed = time !== undefined && typeof updatedAt === 'number' && Number.isFinite(updatedAt)
    const stored = isTimed ? time : element._item
    return {
      updatedAt: isTimed ? updatedAt : undefined,
      // Somebody who edits the document itself may set one and not the other.
      updatedBy: isTimed && typeof updatedBy === 'string' && writer?.id.client === time.id.client ? updatedBy : undefined,
      committedAt: stored === null ? this.#now : this.#committedAt(stored.id),
    }
  }

  write(operation: ElementOperation, stamp: Stamp): void {
    switch (operation.type) {
      case 'AddElement':
        return this.#add(operation.element, stamp)
      case 'UpdateElement': {
        const element = this.#element(operation.id)
        if (element !== undefined) return this.#update(element, operation.changes, stamp)
        const whole = elementOfUpdate(operation)
        return whole && this.#add(whole, stamp)
      }
      case 'RemoveElement':
        if (this.#element(operation.id) !== undefined) this.#elements.delete(operation.id)
    }
  }

  close(): void {
    this.#doc.destroy()
  }

  #element(id: string): Y.Map<unknown> | undefined {
    const element = this.#elements.get(id)
    return element instanceof Y.Map ? element : undefined
  }

  /** What we write has no time after its commit, so that for ours, some of which is not stored yet, now will do. */
  #committedAt(id: { readonly client: number; readonly clock: number }): number {
    return id.client === this.#doc.clientID ? this.#now : this.#times.of(id)
  }

  #add(element: { readonly id: string }, stamp: Stamp): void {
    const fields = Object.entries({ ...element, ...stamp }).filter(([, value]) => value !== undefined)
    this.#elements.set(element.id, new Y.Map<unknown>(fields))
  }

  #update(element: Y.Map<unknown>, changes: Readonly<Record<string, unknown>>, stamp: Stamp): void {
    for (const [field, value] of Object.entries(changes)) {
      if (value === null) element.delete(field)
      else if (value !== undefined && !isSame(element.get(field), value)) element.set(field, value)
    }
    // Both, always, and last: that one client wrote them together says that they belong together.
    for (const [field, value] of Object.entries(stamp)) element.set(field, value)
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return isJsonValue(one) && isJsonValue(other) && isSameJson(one, other)
}
