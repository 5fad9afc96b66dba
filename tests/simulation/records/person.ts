import { keptHeaders, type AttentionItem, type RecordCollection } from '@rejoin/client/simulation'
import type { Entity } from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import type { SimPage } from './sim-page.ts'
import { simulatedSecret } from './request-ledger.ts'
import { entityNames, tagFields, type EntityName } from './simulated-schema.ts'
import { accessOf, nobody, rightsOf } from './sim-user.ts'
import { Violation } from './violation.ts'

type Fields = Record<string, string | number | undefined>
type Plan = (() => Promise<void>) | undefined

/** Somebody who uses a page: writes, looks after what needs attention. Every write has a tag of its own. */
export class Person {
  readonly #page: SimPage
  readonly #random: SeededRandom
  readonly #recordsPerEntity: number
  /** What this page wrote last into a field: several writes of one turn may be one transaction. */
  readonly #lastByField = new Map<string, string | number | undefined>()
  #tagCount = 0

  constructor(page: SimPage, recordsPerEntity: number) {
    this.#page = page
    this.#random = page.random.fork('person')
    this.#recordsPerEntity = recordsPerEntity
  }

  /** Does some things, one after the other without waiting. */
  act(count = 1): void {
    for (let index = 0; index < count; index++) this.#act(this.#plan(this.#random.pick(entityNames), undefined))
  }

  /** Does some things that are to be taken all or none, in one turn. */
  actTogether(groupId: string, count: number): void {
    const plans = Array.from({ length: count }, () => this.#plan(this.#random.pick(entityNames), groupId))
    Promise.all(plans).then(
      (writes) => {
        for (const write of writes) this.#act(Promise.resolve(write))
      },
      (error: unknown) => this.#failed(error),
    )
  }

  #act(plan: Promise<Plan>): void {
    plan.then((write) => write?.()).catch((error: unknown) => this.#failed(error))
  }

  /** The app makes a request of its own, and there is no network. */
  capture(): void {
    this.#capture().catch((error: unknown) => this.#failed(error))
  }

  async #capture(): Promise<void> {
    const { user, disk, profile, requests, name } = this.#page
    const { ledger, mutant } = profile.options
    const tag = ledger.requests.make(user)
    const authorization = `Bearer ${simulatedSecret}`
    const kept = keptHeaders(new Headers({ 'content-type': 'text/plain', authorization, cookie: simulatedSecret }))
    const { wipeCount } = disk
    const requestId = await requests.keep({
      method: this.#random.pick(['POST', 'PUT', 'PATCH', 'DELETE']),
      url: 'https://app.example/forms',
      headers: mutant === 'authorizationIsStored' ? { ...kept, authorization } : kept,
      credentials: 'same-origin',
      isAuthorized: this.#random.chance(0.5),
      title: 'Send form',
      lane: this.#random.pick(['forms', 'forms', 'orders', 'letters']),
      priority: this.#random.pick(['HIGH', 'NORMAL', 'NORMAL', 'LOW']),
      body: new TextEncoder().encode(tag),
    })
    if (!this.#page.isAlive || disk.wipeCount !== wipeCount) return
    ledger.note('request kept')
    if (!disk.book.requests.keys.has(requestId)) throw new Violation('P1', `${name} was told that ${tag} is kept, and it is not`)
  }

  attend(): void {
    this.#attend().catch((error: unknown) => this.#failed(error))
  }

  /** Looks at what is there, and decides. */
  async #plan(entity: EntityName, groupId: string | undefined): Promise<Plan> {
    const isDiaryOfNobody = entity === 'diary' && this.#page.user === nobody
    if (isDiaryOfNobody || accessOf(rightsOf(this.#page.user), entity) === 'none') return undefined
    const records = this.#page.collection(entity)
    const priority = this.#random.chance(0.2) ? this.#random.pick(['HIGH', 'LOW'] as const) : undefined
    const options = { ...(groupId !== undefined && { groupId }), ...(priority !== undefined && { priority }) }
    const known = await records.query({ includeDeleted: true })
    const kind = this.#random.next()
    const target = known.length === 0 ? undefined : this.#random.pick(known)
    if (target === undefined || kind < 0.35) return this.#planCreate(entity, records, options)
    if (target.meta.isDeleted) return kind > 0.7 ? undefined : () => this.#restore(records, target.id, options)
    if (kind < 0.5) return () => this.#delete(records, { entity, id: target.id }, options)
    const fields = this.#changes(entity)
    return () => this.#kept({ entity, id: target.id, fields }, () => records.update(target.id, fields, options))
  }

  async #planCreate(entity: EntityName, records: RecordCollection<Entity>, options: object): Promise<Plan> {
    const isFresh = entity === 'movement' || this.#random.chance(0.3)
    const owner = entity === 'diary' ? `${this.#page.user.name}-` : ''
    const id = isFresh ? undefined : `${owner}${entity}${this.#random.below(this.#recordsPerEntity)}`
    const fields = await this.#newFields(entity)
    if (fields === undefined) return undefined
    return () => this.#kept({ entity, id, fields }, () => records.create(fields, { ...options, ...(id !== undefined && { id }) }))
  }

  async #restore(records: RecordCollection<Entity>, id: string, options: object): Promise<void> {
    this.#page.profile.options.ledger.note('restore')
    await records.restore(id, options)
  }

  async #delete(
    records: RecordCollection<Entity>,
    { entity, id }: { readonly entity: EntityName; readonly id: string },
    options: object,
  ): Promise<void> {
    this.#page.disk.book.deletedByPerson.add(`${entity}/${id}`)
    await records.delete(id, options)
  }

  async #newFields(entity: EntityName): Promise<Fields | undefined> {
    const tags = Object.fromEntries(this.#fieldsOf(entity).map((field) => [field, this.#tag()]))
    if (entity === 'diary') return { ...tags, owner: this.#page.user.name }
    if (entity !== 'movement') return this.#random.chance(0.5) ? tags : withoutOptional(tags)
    const products = await this.#page.collection('product').query({})
    return products.length === 0
      ? undefined
      : { ...tags, productId: this.#random.pick(products).id, quantity: 1 + this.#random.below(5) }
  }

  #changes(entity: EntityName): Fields {
    const fields = this.#fieldsOf(entity)
    const changed = fields.filter(() => this.#random.chance(0.6))
    const changes: Fields = Object.fromEntries(
      (changed.length === 0 ? [this.#random.pick(fields)] : changed).map((field) => [field, this.#tag()]),
    )
    for (const field of ['note', 'remark']) if (field in changes && this.#random.chance(0.3)) changes[field] = undefined
    const isLong = this.#random.chance(0.01)
    const [first = ''] = Object.keys(changes)
    return isLong ? { ...changes, [first]: this.#tag('x'.repeat(3_000)) } : changes
  }

  #fieldsOf(entity: EntityName): readonly string[] {
    return tagFields[entity].map((field) => (field === 'note' && this.#page.version === 2 ? 'remark' : field))
  }

  #tag(suffix = ''): string {
    const { name, user, profile } = this.#page
    const tag = `${user.tenant}/${user.name}/${name}#${this.#tagCount++}${suffix}`
    profile.options.ledger.writeByTag.set(
      tag,
      user === nobody ? { tag, tenant: undefined, user: undefined } : { tag, tenant: user.tenant, user: user.name },
    )
    return tag
  }

  /** P1: whoever was told that the device has it can switch it off. */
  async #kept(
    { entity, id, fields }: { readonly entity: EntityName; readonly id: string | undefined; readonly fields: Fields },
    write: () => Promise<unknown>,
  ): Promise<void> {
    const key = `${entity}/${id ?? ''}`
    for (const [field, value] of Object.entries(fields)) this.#lastByField.set(`${key}/${field}`, value)
    const { disk, name, profile } = this.#page
    const { wipeCount } = disk
    await write()
    if (!this.#page.isAlive || disk.wipeCount !== wipeCount) return
    profile.options.ledger.note('write kept')
    if (disk.book.deletedByPerson.has(key)) return
    for (const [field, value] of Object.entries(fields)) {
      const isSuperseded = id !== undefined && this.#lastByField.get(`${key}/${field}`) !== value
      if (typeof value === 'string' && value.includes('#') && !isSuperseded && !disk.book.tags.has(value))
        profile.options.ledger.blame(
          new Violation('P1', `${name} was told that ${value.slice(0, 60)} is on the device, and it is not`),
        )
    }
  }

  async #attend(): Promise<void> {
    const { attention, disk, profile } = this.#page
    const items = await attention.list()
    if (items.length === 0) return
    const item = this.#random.pick(items)
    const { ledger } = profile.options
    const how = this.#random.pick(['retry', 'edit', 'discard', 'dismiss'] as const)
    ledger.note(`attention ${item.kind} ${how}`)
    if (how === 'dismiss') return attention.dismiss(item.id)
    disk.book.attend(item, how)
    if (how === 'discard') {
      await attention.discard(item.id)
      return
    }
    if (how === 'retry') return attention.retry(item.id)
    await attention.editAndResend(item.id, this.#mend(item))
  }

  #mend({ operation }: AttentionItem): Fields {
    const changed = Object.keys(operation?.payload ?? {}).filter((field) => !['owner', 'productId', 'quantity'].includes(field))
    return Object.fromEntries(changed.map((field) => [field, this.#tag()]))
  }

  /** Refusals of the product are its right here; what was refused must only leave no trace. */
  #failed(error: unknown): void {
    if (error instanceof Violation) return this.#page.profile.options.ledger.blame(error)
    const name = error instanceof Error ? error.name : typeof error
    this.#page.profile.options.ledger.note(`refused: ${name}`)
  }
}

function withoutOptional({ note: _note, remark: _remark, ...fields }: Fields): Fields {
  return fields
}
