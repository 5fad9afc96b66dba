import type { AttentionItem, RecordCollection } from '@rejoin/client/simulation'
import type { Entity } from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import type { SimPage } from './sim-page.ts'
import { entityNames, tagFields, type EntityName } from './simulated-schema.ts'
import { accessOf, rightsOf } from './sim-user.ts'
import { Violation } from './violation.ts'

type Fields = Record<string, string | number | undefined>

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

  /** Does one thing and does not wait for it. */
  act(groupId?: string): void {
    this.#write(this.#random.pick(entityNames), groupId).catch((error: unknown) => this.#failed(error))
  }

  attend(): void {
    this.#attend().catch((error: unknown) => this.#failed(error))
  }

  async #write(entity: EntityName, groupId: string | undefined): Promise<void> {
    const { ledger } = this.#page.profile.options
    if (accessOf(rightsOf(this.#page.user), entity) === 'none') return
    const records = this.#page.collection(entity)
    const options = { ...(groupId !== undefined && { groupId }), ...(this.#random.chance(0.2) && { priority: this.#random.pick(['HIGH', 'LOW'] as const) }) }
    const known = await records.query({ includeDeleted: true })
    const kind = this.#random.next()
    const target = known.length === 0 ? undefined : this.#random.pick(known)
    if (target === undefined || kind < 0.35) return this.#create(entity, records, options)
    if (target.meta.isDeleted) {
      if (kind > 0.7) return
      ledger.note('restore')
      await records.restore(target.id, options)
      return
    }
    if (kind < 0.5) {
      this.#page.disk.book.deletedByPerson.add(`${entity}/${target.id}`)
      await records.delete(target.id, options)
      return
    }
    await this.#kept({ entity, id: target.id, fields: this.#changes(entity) }, (changes) => records.update(target.id, changes, options))
  }

  async #create(entity: EntityName, records: RecordCollection<Entity>, options: object): Promise<void> {
    const isFresh = entity === 'movement' || this.#random.chance(0.3)
    const owner = entity === 'diary' ? `${this.#page.user.name}-` : ''
    const id = isFresh ? undefined : `${owner}${entity}${this.#random.below(this.#recordsPerEntity)}`
    const fields = await this.#newFields(entity)
    if (fields === undefined) return
    await this.#kept({ entity, id, fields }, (given) => records.create(given, { ...options, ...(id !== undefined && { id }) }))
  }

  async #newFields(entity: EntityName): Promise<Fields | undefined> {
    const tags = Object.fromEntries(this.#fieldsOf(entity).map((field) => [field, this.#tag()]))
    if (entity === 'diary') return { ...tags, owner: this.#page.user.name }
    if (entity !== 'movement') return this.#random.chance(0.5) ? tags : withoutOptional(tags)
    const products = await this.#page.collection('product').query({})
    return products.length === 0 ? undefined : { ...tags, productId: this.#random.pick(products).id, quantity: 1 + this.#random.below(5) }
  }

  #changes(entity: EntityName): Fields {
    const fields = this.#fieldsOf(entity)
    const changed = fields.filter(() => this.#random.chance(0.6))
    const changes: Fields = Object.fromEntries((changed.length === 0 ? [this.#random.pick(fields)] : changed).map((field) => [field, this.#tag()]))
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
    profile.options.ledger.writeByTag.set(tag, { tag, tenant: user.tenant, user: user.name })
    return tag
  }

  /** P1: whoever was told that the device has it can switch it off. */
  async #kept(
    { entity, id, fields }: { readonly entity: EntityName; readonly id: string | undefined; readonly fields: Fields },
    write: (fields: Fields) => Promise<unknown>,
  ): Promise<void> {
    const key = `${entity}/${id ?? ''}`
    for (const [field, value] of Object.entries(fields)) this.#lastByField.set(`${key}/${field}`, value)
    await write(fields)
    const { disk, name, profile } = this.#page
    if (!this.#page.isAlive) return
    profile.options.ledger.note('write kept')
    if (disk.book.deletedByPerson.has(key)) return
    for (const [field, value] of Object.entries(fields)) {
      const isSuperseded = id !== undefined && this.#lastByField.get(`${key}/${field}`) !== value
      if (typeof value === 'string' && value.includes('#') && !isSuperseded && !disk.book.tags.has(value))
        profile.options.ledger.blame(new Violation('P1', `${name} was told that ${value.slice(0, 60)} is on the device, and it is not`))
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
