import type { CreateInput, Entity, Schema, UpdateInput } from '@rejoin/core'
import type { Attention, Outbox } from '../outbox/attention.ts'
import type { LiveQuery, RecordCollection, RecordOf, RecordQuery, Records, WriteOptions } from '../records/records.ts'
import type { RecordSession } from './record-session.ts'
import type { RecordsHub } from './records-hub.ts'

/** Records of whatever session is open. */
export function hubRecords<Own extends Schema>(hub: RecordsHub, schema: Own): Records<Own> {
  const collections = Object.keys(schema.entities).map((name) => [name, new HubCollection(hub, name)])
  // Each collection stands for the one of that name, made from this very schema.
  return Object.fromEntries(collections) as Records<Own>
}

class HubCollection implements RecordCollection<Entity> {
  readonly #hub: RecordsHub
  readonly #name: string

  constructor(hub: RecordsHub, name: string) {
    this.#hub = hub
    this.#name = name
  }

  async create(
    fields: CreateInput<Entity>,
    options?: WriteOptions & { readonly id?: string | undefined },
  ): Promise<RecordOf<Entity>> {
    return (await this.#collection()).create(fields, options)
  }

  async update(id: string, changes: UpdateInput<Entity>, options?: WriteOptions): Promise<RecordOf<Entity>> {
    return (await this.#collection()).update(id, changes, options)
  }

  async delete(id: string, options?: WriteOptions): Promise<void> {
    return (await this.#collection()).delete(id, options)
  }

  async restore(id: string, options?: WriteOptions): Promise<RecordOf<Entity>> {
    return (await this.#collection()).restore(id, options)
  }

  async get(id: string): Promise<RecordOf<Entity> | undefined> {
    return (await this.#collection()).get(id)
  }

  async query(query?: RecordQuery<Entity>): Promise<readonly RecordOf<Entity>[]> {
    return (await this.#collection()).query(query)
  }

  liveQuery(query?: RecordQuery<Entity>): LiveQuery<readonly RecordOf<Entity>[]> {
    return this.#live((collection) => collection.liveQuery(query))
  }

  liveRecord(id: string): LiveQuery<RecordOf<Entity> | null> {
    return this.#live((collection) => collection.liveRecord(id))
  }

  /** One query of each session, shared by all who listen. */
  #live<Result>(ask: (collection: RecordCollection<Entity>) => LiveQuery<Result>): LiveQuery<Result> {
    const hub = this.#hub
    const queryBySession = new WeakMap<RecordSession, LiveQuery<Result>>()
    const queryOf = (session: RecordSession): LiveQuery<Result> => {
      const query = queryBySession.get(session) ?? ask(this.#of(session))
      queryBySession.set(session, query)
      return query
    }
    return {
      get current() {
        return hub.opened === undefined ? undefined : queryOf(hub.opened).current
      },
      subscribe: (listener, onError) => hub.follow((session) => queryOf(session).subscribe(listener, onError), onError),
    }
  }

  async #collection(): Promise<RecordCollection<Entity>> {
    return this.#of(await this.#hub.session())
  }

  #of({ local }: RecordSession): RecordCollection<Entity> {
    const collection = local.records[this.#name]
    if (collection === undefined) throw new Error(`the schema has no ${this.#name}`)
    return collection
  }
}

export function hubOutbox(hub: RecordsHub): Outbox {
  const outbox = async (): Promise<Outbox> => (await hub.session()).local.outbox
  return {
    list: async () => (await outbox()).list(),
    subscribe: (listener) => hub.follow(({ local }) => local.outbox.subscribe(listener)),
    export: async () => (await outbox()).export(),
  }
}

export function hubAttention(hub: RecordsHub): Attention {
  const attention = async (): Promise<Attention> => (await hub.session()).local.attention
  /** A person wants it sent, whatever holds back what nobody waits for. */
  const asked = async (act: (list: Attention) => Promise<void>): Promise<void> => {
    const { local, sync } = await hub.session()
    await act(local.attention)
    sync.ask()
  }
  return {
    list: async () => (await attention()).list(),
    subscribe: (listener) => hub.follow(({ local }) => local.attention.subscribe(listener)),
    retry: (id) => asked((list) => list.retry(id)),
    editAndResend: (id, changes) => asked((list) => list.editAndResend(id, changes)),
    dismiss: async (id) => (await attention()).dismiss(id),
    discard: async (id) => (await attention()).discard(id),
    export: async () => (await attention()).export(),
  }
}
