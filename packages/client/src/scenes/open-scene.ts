import {
  isJsonValue,
  isSameJson,
  sceneElementChangesSchema,
  sceneElementSchema,
  sceneElementsRoot,
  type Clock,
} from '@rejoin/core'
import { Map as YMap } from 'yjs'
import type { z } from 'zod'
import type { OpenDocument } from '../documents/open-document.ts'
import type { NewElement, SceneChange } from './scene-change.ts'
import { readElement, SceneElements } from './scene-elements.ts'
import { problemsOf, SceneValidationError } from './scene-validation-error.ts'
import type { ElementChanges, ElementFields, Scene, SceneInteraction } from './scene.ts'

export interface OpenSceneParts<Own extends ElementFields, Input> {
  readonly document: OpenDocument
  readonly element: z.ZodType<Own, Input>
  readonly clock: Clock
  readonly queue: (changes: readonly SceneChange[]) => Promise<unknown>
}

/** One opener's view of a document as a scene. */
export class OpenScene<Own extends ElementFields, Input> implements Scene<Own, Input> {
  readonly origin: object = {}
  readonly #parts: OpenSceneParts<Own, Input>
  readonly #root: YMap<unknown>
  readonly #elements: SceneElements<Own>

  constructor(parts: OpenSceneParts<Own, Input>) {
    this.#parts = parts
    this.#root = parts.document.doc.getMap(sceneElementsRoot)
    this.#elements = new SceneElements(this.#root, parts.element)
  }

  get name(): string {
    return this.document.name
  }

  get document(): OpenDocument {
    return this.#parts.document
  }

  get elements(): readonly Own[] {
    return this.#elements.list
  }

  element(id: string): Own | undefined {
    return this.#elements.get(id)
  }

  add(...elements: readonly NewElement<Input>[]): void {
    const updatedAt = this.#parts.clock.now()
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
        stored.set('updatedAt', this.#parts.clock.now())
      })
    }
    return true
  }

  remove(...ids: readonly string[]): void {
    const present = ids.filter((id) => this.#root.has(id))
    if (present.length > 0) this.transact(() => present.forEach((id) => this.#root.delete(id)))
  }

  transact(change: () => void): void {
    this.document.doc.transact(change, this.origin)
  }

  async interaction(interaction: SceneInteraction): Promise<void> {
    await this.#parts.queue([{ type: 'Interaction', ...interaction }])
  }

  onChange(listener: (ids: ReadonlySet<string>) => void): () => void {
    return this.#elements.onChange(listener)
  }

  close(): Promise<void> {
    this.#elements.close()
    return this.document.close()
  }

  /** Inside `transact` it may have been added just now. */
  #isReadable(id: string, stored: YMap<unknown>): boolean {
    return this.#elements.get(id) !== undefined || readElement(this.#parts.element, id, stored) !== undefined
  }

  #check(element: unknown): Own {
    const own = this.#parts.element.safeParse(element)
    if (!own.success) throw new SceneValidationError('this element', problemsOf(own.error))
    return own.data
  }
}

function isSame(stored: unknown, value: unknown): boolean {
  return isJsonValue(stored) && isJsonValue(value) && isSameJson(stored, value)
}
