import type { SeededRandom } from '@rejoin/core/testing'
import * as encoding from 'lib0/encoding'
import type { Id, SectionModel, StructModel, UpdateModel } from '@rejoin/server/testing'

/** What an attacker knows of the document: every reader has the state vector. */
export interface Target {
  readonly clocks: ReadonlyMap<number, number>
  /** Ids that the attacker may extend, known or new. */
  readonly ownClients: readonly number[]
}

/** What is well-formed, and what is not: the latter now and then, or nothing would ever be accepted. */
interface Choice<T> {
  readonly good: readonly T[]
  readonly bad: readonly T[]
}

const rootNames: Choice<string> = { good: ['text', 'map', 'array', 'xml', 'other', '', 'constructor'], bad: ['__proto__'] }
const keys: Choice<string> = { good: ['a', 'b', 'color', '', 'constructor'], bad: ['__proto__'] }

/** A new update of well-formed structs with wild references, contents and deletes, placed where it fits more often than not. */
export function forge(target: Target, random: SeededRandom): UpdateModel {
  const clients = [...new Set(Array.from({ length: 1 + random.below(3) }, () => random.pick(target.ownClients)))]
  const clocks = new Map(target.clocks)
  const sections = clients.map((client) => {
    const section: SectionModel = { client, clock: clocks.get(client) ?? 0, countShift: 0, structs: [] }
    let { clock } = section
    for (let count = 1 + random.below(6); count > 0; count--) {
      const struct = randomStruct({ clocks, ownClients: [client] }, random)
      section.structs.push(struct)
      clock += struct.length
      clocks.set(client, clock)
    }
    return section
  })
  return { sections, deletes: random.chance(0.5) ? [randomDelete({ ...target, clocks }, random)] : [] }
}

/** Bends one thing of an update. */
export function mutate(model: UpdateModel, target: Target, random: SeededRandom): void {
  const section = model.sections.length === 0 ? undefined : random.pick(model.sections)
  if (section === undefined || random.chance(0.2)) mutateDeletes(model, target, random)
  else if (random.chance(0.3)) mutateSection(model, section, target, random)
  else mutateStruct(section, target, random)
}

function mutateSection(model: UpdateModel, section: SectionModel, target: Target, random: SeededRandom): void {
  const mutations: readonly (() => void)[] = [
    () => (section.client = randomClient(target, random)),
    () =>
      (section.clock = random.pick([
        0,
        target.clocks.get(section.client) ?? 0,
        Math.max(0, section.clock - 1 - random.below(4)),
        section.clock + 1 + random.below(3),
        2 ** 40,
        Number.MAX_SAFE_INTEGER,
      ])),
    () => (section.countShift = random.pick([-1, 1, 1000])),
    () => section.structs.splice(random.below(section.structs.length), 1),
    () => section.structs.splice(random.below(section.structs.length + 1), 0, randomStruct(target, random)),
    () => section.structs.reverse(),
    () => model.sections.push({ ...section, structs: [...section.structs] }),
    () =>
      model.sections.push({
        client: randomClient(target, random),
        clock: random.below(20),
        countShift: 0,
        structs: [randomStruct(target, random)],
      }),
    () => model.sections.reverse(),
  ]
  random.pick(mutations)()
}

function mutateStruct(section: SectionModel, target: Target, random: SeededRandom): void {
  if (section.structs.length === 0) return
  const index = random.below(section.structs.length)
  const struct = section.structs[index]
  if (struct === undefined) return
  const mutations: readonly (() => void)[] = [
    () => (struct.origin = randomId(target, random)),
    () => delete struct.origin,
    () => (struct.right = randomId(target, random)),
    () => delete struct.right,
    () => {
      delete struct.origin
      delete struct.right
      struct.parent = random.chance(0.5) ? choose(rootNames, random) : randomId(target, random)
    },
    () => (struct.parentSub = choose(keys, random)),
    () => delete struct.parentSub,
    () => Object.assign(struct, randomContent(random)),
    () => (struct.ref = random.below(32)),
    () => (section.structs[index] = randomStruct(target, random)),
    () => (struct.content = flipBytes(struct.content, struct.content, random)),
  ]
  random.pick(mutations)()
}

function mutateDeletes(model: UpdateModel, target: Target, random: SeededRandom): void {
  const entry = model.deletes.length === 0 ? undefined : random.pick(model.deletes)
  const kind = random.below(4)
  if (entry === undefined || kind === 0) model.deletes.push(randomDelete(target, random))
  else if (kind === 1) entry.client = randomClient(target, random)
  else if (kind === 2) model.deletes.push({ ...entry })
  else entry.ranges.push([random.below(30), random.below(6)])
}

/** Damages bytes without knowing what they mean. */
export function flipBytes(bytes: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.below(bytes.length + 1)
  switch (random.below(5)) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      return Uint8Array.from([...bytes.subarray(0, at), random.below(256), ...bytes.subarray(at)])
    case 2:
      return Uint8Array.from([...bytes.subarray(0, at), ...other.subarray(random.below(other.length + 1))])
    case 3:
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(Math.min(bytes.length, at + 1 + random.below(3)))])
    default: {
      const flipped = Uint8Array.from(bytes)
      for (let count = 1 + random.below(3); count > 0 && bytes.length > 0; count--)
        flipped[random.below(bytes.length)] = random.below(256)
      return flipped
    }
  }
}

function randomStruct(target: Target, random: SeededRandom): StructModel {
  const struct: StructModel = {
    ...randomContent(random),
    parent: random.chance(0.4) ? randomId(target, random) : choose(rootNames, random),
  }
  if (random.chance(0.5)) struct.origin = randomId(target, random)
  if (random.chance(0.3)) struct.right = randomId(target, random)
  if (random.chance(0.3)) struct.parentSub = choose(keys, random)
  return struct
}

function randomClient(target: Target, random: SeededRandom): number {
  if (random.chance(0.1)) return random.below(2 ** 32)
  return random.pick([...target.clocks.keys(), ...target.ownClients])
}

function randomId(target: Target, random: SeededRandom): Id {
  const client = randomClient(target, random)
  const clock = target.clocks.get(client) ?? 0
  return { client, clock: random.chance(0.95) && clock > 0 ? random.below(clock) : random.below(clock + 3) }
}

function randomDelete(target: Target, random: SeededRandom): UpdateModel['deletes'][number] {
  const client = randomClient(target, random)
  const clock = target.clocks.get(client) ?? 0
  const ranges = Array.from({ length: 1 + random.below(3) }, (): [number, number] => {
    const start = random.below(clock + 1)
    return [start, random.chance(0.95) ? random.below(clock - start + 1) : random.pick([2, 2 ** 40, Number.MAX_SAFE_INTEGER])]
  })
  return { client, ranges }
}

type Content = Pick<StructModel, 'ref' | 'content' | 'length'>

function randomContent(random: SeededRandom): Content {
  const encoder = encoding.createEncoder()
  const { ref, length } = writeContent(encoder, random)
  return { ref, length, content: encoding.toUint8Array(encoder) }
}

const texts: Choice<string> = { good: ['x', 'hello', 'two words', '😀', 'a😀b', 'é', '𝕏𝕐'], bad: [''] }
const jsonTexts: Choice<string> = {
  good: ['true', 'null', '1', '"s"', '{"bold":true}', '{"a":[1,{"b":null}]}'],
  bad: ['{"__proto__":1}', '{', '1e999', `${'['.repeat(40)}${']'.repeat(40)}`],
}
const subdocumentOptions: Choice<encoding.AnyEncodable> = {
  good: [{}, { gc: false }, { autoLoad: true }, { meta: { a: 1 } }],
  bad: [{ gcFilter: 1 }, { guid: 5 }, null, 3, []],
}

function choose<T>(choice: Choice<T>, random: SeededRandom): T {
  return random.pick(random.chance(0.03) ? choice.bad : choice.good)
}

function writeContent(encoder: encoding.Encoder, random: SeededRandom): { readonly ref: number; readonly length: number } {
  const ref = random.below(10)
  switch (ref) {
    case 0:
    case 1: {
      const length = choose({ good: [1, 1, 2, 5], bad: [0, 2_000_000] }, random)
      encoding.writeVarUint(encoder, length)
      return { ref, length }
    }
    case 2: {
      const values = Array.from({ length: choose({ good: [1, 2, 3], bad: [0] }, random) }, () =>
        random.chance(0.3) ? 'undefined' : choose(jsonTexts, random),
      )
      encoding.writeVarUint(encoder, values.length)
      for (const value of values) encoding.writeVarString(encoder, value)
      return { ref, length: values.length }
    }
    case 3:
      encoding.writeVarUint8Array(encoder, Uint8Array.of(1, 2, 3))
      return { ref, length: 1 }
    case 4: {
      const text = choose(texts, random)
      encoding.writeVarString(encoder, text)
      return { ref, length: text.length }
    }
    case 5:
      encoding.writeVarString(encoder, choose(jsonTexts, random))
      return { ref, length: 1 }
    case 6:
      encoding.writeVarString(encoder, choose({ good: ['bold', 'ychange', ''], bad: ['__proto__'] }, random))
      encoding.writeVarString(encoder, choose(jsonTexts, random))
      return { ref, length: 1 }
    case 7: {
      const type = choose({ good: [0, 1, 2, 3, 4, 5, 6], bad: [7] }, random)
      encoding.writeVarUint(encoder, type)
      if (type === 3 || type === 5) encoding.writeVarString(encoder, 'p')
      return { ref, length: 1 }
    }
    case 8: {
      const values = Array.from({ length: choose({ good: [1, 2, 3], bad: [0] }, random) }, () => randomValue(random, 0))
      encoding.writeVarUint(encoder, values.length)
      for (const value of values) encoding.writeAny(encoder, value)
      return { ref, length: values.length }
    }
    default:
      encoding.writeVarString(encoder, `guid-${random.below(3)}`)
      encoding.writeAny(encoder, choose(subdocumentOptions, random))
      return { ref, length: 1 }
  }
}

function randomValue(random: SeededRandom, depth: number): encoding.AnyEncodable {
  const value = random.pick<encoding.AnyEncodable>([1, -0, 1.5, 2 ** 40, 'text', true, false, 'last'])
  if (depth > 3 || random.chance(0.6)) return value
  return random.chance(0.5)
    ? [randomValue(random, depth + 1)]
    : { [random.pick(['k', 'constructor'])]: randomValue(random, depth + 1) }
}
