import { Map as YMap, type AbstractType, type YEvent } from 'yjs'
import type { z } from 'zod'
import { callListener } from '../record-database/call-listener.ts'
import type { ElementFields } from './element-fields.ts'

/** The elements of a document as they are read: again only those that changed. */
export class SceneElements<Own extends ElementFields> {
  readonly #root: YMap<unknown>
  readonly #schema: z.ZodType<Own>
  readonly #byId = new Map<string, Own>()
  readonly #listeners = new Set<(ids: ReadonlySet<string>) => void>()
  #list: readonly Own[] | undefined

  constructor(root: YMap<unknown>, schema: z.ZodType<Own>) {
    this.#root = root
    this.#schema = schema
    for (const id of root.keys()) this.#read(id)
    root.observeDeep(this.#onEvents)
  }

  get list(): readonly Own[] {
    this.#list ??= [...this.#byId.values()]
    return this.#list
  }

  get(id: string): Own | undefined {
    return this.#byId.get(id)
  }

  onChange(listener: (ids: ReadonlySet<string>) => void): () => void {
    // Of its own, so that one function may listen twice.
    const own = (ids: ReadonlySet<string>): void => listener(ids)
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  close(): void {
    this.#root.unobserveDeep(this.#onEvents)
    this.#listeners.clear()
  }

  /** An arrow function, because Yjs knows a listener by what it is. */
  readonly #onEvents = (events: readonly YEvent<AbstractType<unknown>>[]): void => {
    const ids = new Set(events.flatMap(idsOf))
    for (const id of ids) this.#read(id)
    this.#list = undefined
    for (const listener of this.#listeners) callListener(() => listener(ids))
  }

  #read(id: string): void {
    const element = readElement(this.#schema, id, this.#root.get(id))
    if (element === undefined) this.#byId.delete(id)
    else this.#byId.set(id, element)
  }
}

/** `undefined` for what this version of the app cannot make sense of. The key is the id, whatever the element says. */
export function readElement<Own extends ElementFields>(schema: z.ZodType<Own>, id: string, stored: unknown): Own | undefined {
  return stored instanceof YMap ? schema.safeParse({ ...stored.toJSON(), id }).data : undefined
}

/** An event at the root names the elements, one below lies inside of one. */
function idsOf({ path, changes }: YEvent<AbstractType<unknown>>): readonly string[] {
  const [id] = path
  return id === undefined ? [...changes.keys.keys()] : [String(id)]
}
