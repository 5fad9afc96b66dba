import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

export interface Id {
  client: number
  clock: number
}

/** A struct taken apart, so that every field can be bent on its own. */
export interface StructModel {
  /** Content kind 0-10, or anything else. */
  ref: number
  origin?: Id
  right?: Id
  /** Written only where neither origin nor right is, as the format has it. */
  parent: string | Id
  parentSub?: string
  /** Everything after the references, as bytes. */
  content: Uint8Array
  /** How many clocks it claims to take: what follows it in its section is placed accordingly. */
  length: number
}

export interface SectionModel {
  client: number
  clock: number
  /** Where the declared number differs from the true one. */
  countShift: number
  structs: StructModel[]
}

/** An update taken apart: what a test bends and puts together again. */
export interface UpdateModel {
  sections: SectionModel[]
  deletes: { client: number; ranges: [start: number, length: number][] }[]
}

/** Takes apart an update that an honest Yjs wrote. */
export function takeApart(update: Uint8Array): UpdateModel {
  const { structs, ds } = Y.decodeUpdate(update)
  const sections: SectionModel[] = []
  for (const struct of structs) {
    let section = sections.at(-1)
    if (section?.client !== struct.id.client)
      sections.push((section = { client: struct.id.client, clock: struct.id.clock, countShift: 0, structs: [] }))
    section.structs.push(structModel(struct))
  }
  const deletes = [...ds.clients].map(([client, items]) => ({
    client,
    ranges: items.map(({ clock, len }): [number, number] => [clock, len]),
  }))
  return { sections, deletes }
}

export function putTogether(model: UpdateModel): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, model.sections.length)
  for (const { client, clock, countShift, structs } of model.sections) {
    encoding.writeVarUint(encoder, Math.max(0, structs.length + countShift))
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, clock)
    for (const struct of structs) writeStruct(encoder, struct)
  }
  encoding.writeVarUint(encoder, model.deletes.length)
  for (const { client, ranges } of model.deletes) {
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, ranges.length)
    for (const [start, length] of ranges) {
      encoding.writeVarUint(encoder, start)
      encoding.writeVarUint(encoder, length)
    }
  }
  return encoding.toUint8Array(encoder)
}

function structModel(struct: Y.Item | Y.GC | Y.Skip): StructModel {
  const content = encoding.createEncoder()
  if (!(struct instanceof Y.Item)) {
    encoding.writeVarUint(content, struct.length)
    return { ref: struct instanceof Y.GC ? 0 : 10, parent: '', content: encoding.toUint8Array(content), length: struct.length }
  }
  const encoder = new Y.UpdateEncoderV1()
  struct.content.write(encoder, 0)
  const { origin, rightOrigin, parentSub } = struct
  return {
    ref: struct.content.getRef(),
    ...(origin !== null && { origin: { client: origin.client, clock: origin.clock } }),
    ...(rightOrigin !== null && { right: { client: rightOrigin.client, clock: rightOrigin.clock } }),
    parent: parentOf(struct.parent),
    ...(parentSub !== null && { parentSub }),
    content: encoding.toUint8Array(encoder.restEncoder),
    length: struct.length,
  }
}

/** `decodeUpdate` leaves a root's name or an id where an integrated item has a type. */
function parentOf(parent: unknown): string | Id {
  if (typeof parent === 'string') return parent
  if (parent instanceof Y.ID) return { client: parent.client, clock: parent.clock }
  return 'text'
}

function writeStruct(encoder: encoding.Encoder, struct: StructModel): void {
  const { ref, origin, right, parent, parentSub, content } = struct
  const isItem = ref !== 0 && ref !== 10
  const flags = isItem
    ? (origin === undefined ? 0 : 0x80) | (right === undefined ? 0 : 0x40) | (parentSub === undefined ? 0 : 0x20)
    : 0
  encoding.writeUint8(encoder, ref | flags)
  if (isItem) {
    if (origin !== undefined) writeId(encoder, origin)
    if (right !== undefined) writeId(encoder, right)
    if (origin === undefined && right === undefined) {
      encoding.writeVarUint(encoder, typeof parent === 'string' ? 1 : 0)
      if (typeof parent === 'string') encoding.writeVarString(encoder, parent)
      else writeId(encoder, parent)
      if (parentSub !== undefined) encoding.writeVarString(encoder, parentSub)
    }
  }
  encoding.writeUint8Array(encoder, content)
}

function writeId(encoder: encoding.Encoder, id: Id): void {
  encoding.writeVarUint(encoder, id.client)
  encoding.writeVarUint(encoder, id.clock)
}

/** An update of one client's structs: `parent` defaults to the root `text`. */
export function updateOf(
  client: number,
  clock: number,
  ...structs: readonly (Omit<StructModel, 'parent'> & Partial<StructModel>)[]
): Uint8Array {
  const placed = structs.map((struct) => ({ parent: 'text', ...struct }))
  return putTogether({ sections: [{ client, clock, countShift: 0, structs: placed }], deletes: [] })
}

/** An update that only deletes. */
export function deletionOf(client: number, ...ranges: readonly [start: number, length: number][]): Uint8Array {
  return putTogether({ sections: [], deletes: [{ client, ranges: [...ranges] }] })
}
