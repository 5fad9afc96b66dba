import { isJsonValue, isSameJson, sceneElementChangesSchema, sceneElementSchema, sceneElementsRoot } from '@rejoin/core'
import { Map as YMap, type Doc } from 'yjs'
import type { z } from 'zod'
import type { ElementChanges, ElementFields, NewElement } from './element-fields.ts'
import { readElement, SceneElements } from './scene-elements.ts'
import { problemsOf, SceneValidationError } from './scene-validation-error.ts'

export interface DocSceneParts<Own extends ElementFields, Input> {
  readonly doc: Doc
  /** What the app's elements are. */
  readonly element: z.ZodType<Own, Input>
  /** What changes are stamped with, ms since the epoch. */
  readonly now: () => number
}

/**
 * The scene in a `Y.Doc`, whoever syncs that. Follows it until it is closed; the document is its owner's. Each call that changes something is one
 * transaction, or part of the one that `transact` runs, and stamps what it changes. Throws a `SceneValidationError`
 * where a change is not valid; then nothing of the call was written.
 */
export class DocScene<Own extends ElementFields, Input> {
  /** What a `Y.UndoManager` of this person's own changes follows. */
  readonly origin: object = {}
  readonly #doc: Doc
  readonly #schema: z.ZodType<Own, Input>
  readonly #now: () => number
  readonly #root: YMap<unknown>
  readonly #elements: SceneElements<Own>

  constructor({ doc, element, now }: DocSceneParts<Own, Input>) {
    this.#doc = doc
    this.#schema = element
    this.#now = now
    this.#root = doc.getMap(sceneElementsRoot)
    this.#elements = new SceneElements(this.#root, element)
  }

  /**
   * In no order that means anything. A new list for every change, the same one while nothing changes; an element that did not change is the same
   * object as before. Inside `transact` it is as it was before.
   */
  get elements(): readonly Own[] {
    return this.#elements.list
  }

  element(id: string): Own | undefined {
    return this.#elements.get(id)
  }

  /** An id that is taken is refused. */
  add(...elements: readonly NewElement<Input>[]): void {
    const updatedAt = this.#now()
    const added = new Map<string, YMap<unknown>>()
    for (const element of elements) {
      const checked = this.#check({ ...element, updatedAt })
      const fit = sceneElementSchema.safeParse(checked)
      if (!fit.success) throw new SceneValidationError('this element', problemsOf(fit.error))
      if (this.#root.has(checked.id) || added.has(checked.id))
        throw new SceneValidationError('this element', [`id ${checked.id} is taken`])
      added.set(checked.id, new YMap(Object.entries(checked)))
    }
    if (added.size > 0) this.transact(() => added.forEach((element, id) => this.#root.set(id, element)))
  }

  /** Writes the fields that differ. `false`: there is no such element (any more), and nothing was written: half a shape would come back. */
  update(id: string, changes: ElementChanges<Own>): boolean {
    const stored = this.#root.get(id)
    if (!(stored instanceof YMap) || !this.#isReadable(id, stored)) return false
    const given = Object.entries(changes).filter(([, value]) => value !== undefined)
    const taken = given.filter(([, value]) => value === null).map(([field]) => field)
    const fit = sceneElementChangesSchema.safeParse(Object.fromEntries(given))
    if (!fit.success) throw new SceneValidationError('this change', problemsOf(fit.error))
    const merged = { ...stored.toJSON(), ...fit.data, id }
    for (const field of taken) Reflect.deleteProperty(merged, field)
    const checked = new Map<string, unknown>(Object.entries(this.#check(merged)))
    // What the app's elements do not have is not written.
    const written = given.filter(([field]) => checked.has(field) && !isSame(stored.get(field), checked.get(field)))
    const gone = taken.filter((field) => stored.has(field) && !checked.has(field))
    if (written.length > 0 || gone.length > 0) {
      this.transact(() => {
        for (const [field] of written) stored.set(field, checked.get(field))
        for (const field of [...gone, 'updatedBy']) if (stored.has(field)) stored.delete(field)
        stored.set('updatedAt', this.#now())
      })
    }
    return true
  }

  /** Ids that are not there are passed over. */
  remove(...ids: readonly string[]): void {
    const present = ids.filter((id) => this.#root.has(id))
    if (present.length > 0) this.transact(() => present.forEach((id) => this.#root.delete(id)))
  }

  /** What is changed inside is one transaction: seen by others, and undone, as one. */
  transact(change: () => void): void {
    this.#doc.transact(change, this.origin)
  }

  /** Calls after every change, whoever made it, with the ids of elements that came, changed or went. The returned function stops it. */
  onChange(listener: (ids: ReadonlySet<string>) => void): () => void {
    return this.#elements.onChange(listener)
  }

  close(): void {
    this.#elements.close()
  }

  /** Inside `transact` it may have been added just now. */
  #isReadable(id: string, stored: YMap<unknown>): boolean {
    return this.#elements.get(id) !== undefined || readElement(this.#schema, id, stored) !== undefined
  }

  #check(element: unknown): Own {
    const own = this.#schema.safeParse(element)
    if (!own.success) throw new SceneValidationError('this element', problemsOf(own.error))
    return own.data
  }
}

function isSame(stored: unknown, value: unknown): boolean {
  return isJsonValue(stored) && isJsonValue(value) && isSameJson(stored, value)
}
