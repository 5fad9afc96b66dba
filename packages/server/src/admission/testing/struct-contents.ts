import * as encoding from 'lib0/encoding'
import type { StructModel } from './update-model.ts'

/** What a struct holds, ready to be put beside its references. */
export type StructContent = Pick<StructModel, 'ref' | 'content' | 'length'>

export const garbage = (length: number): StructContent => ({
  ref: 0,
  length,
  content: write((encoder) => encoding.writeVarUint(encoder, length)),
})

export const deleted = (length: number): StructContent => ({
  ref: 1,
  length,
  content: write((encoder) => encoding.writeVarUint(encoder, length)),
})

export const gap = (length: number): StructContent => ({
  ref: 10,
  length,
  content: write((encoder) => encoding.writeVarUint(encoder, length)),
})

export const json = (...texts: readonly string[]): StructContent => ({
  ref: 2,
  length: texts.length,
  content: write((encoder) => {
    encoding.writeVarUint(encoder, texts.length)
    for (const text of texts) encoding.writeVarString(encoder, text)
  }),
})

export const binary = (...bytes: readonly number[]): StructContent => ({
  ref: 3,
  length: 1,
  content: write((encoder) => encoding.writeVarUint8Array(encoder, Uint8Array.from(bytes))),
})

export const text = (value: string): StructContent => ({
  ref: 4,
  length: value.length,
  content: write((encoder) => encoding.writeVarString(encoder, value)),
})

/** Any bytes where a string belongs, valid UTF-8 or not. */
export const rawText = (bytes: readonly number[], length: number): StructContent => ({
  ref: 4,
  length,
  content: write((encoder) => encoding.writeVarUint8Array(encoder, Uint8Array.from(bytes))),
})

export const embed = (jsonText: string): StructContent => ({
  ref: 5,
  length: 1,
  content: write((encoder) => encoding.writeVarString(encoder, jsonText)),
})

export const format = (key: string, jsonText: string): StructContent => ({
  ref: 6,
  length: 1,
  content: write((encoder) => {
    encoding.writeVarString(encoder, key)
    encoding.writeVarString(encoder, jsonText)
  }),
})

/** A shared type by its id: 0 array, 1 map, 2 text, 3 XML element, 4 fragment, 5 hook, 6 XML text. */
export const sharedType = (type: number, name?: string): StructContent => ({
  ref: 7,
  length: 1,
  content: write((encoder) => {
    encoding.writeVarUint(encoder, type)
    if (name !== undefined) encoding.writeVarString(encoder, name)
  }),
})

export const values = (...list: readonly encoding.AnyEncodable[]): StructContent => ({
  ref: 8,
  length: list.length,
  content: write((encoder) => {
    encoding.writeVarUint(encoder, list.length)
    for (const value of list) encoding.writeAny(encoder, value)
  }),
})

/** Any bytes where values belong. */
export const rawValues = (length: number, bytes: readonly number[]): StructContent => ({
  ref: 8,
  length,
  content: Uint8Array.from([length, ...bytes]),
})

export const subdocument = (guid: string, options: encoding.AnyEncodable): StructContent => ({
  ref: 9,
  length: 1,
  content: write((encoder) => {
    encoding.writeVarString(encoder, guid)
    encoding.writeAny(encoder, options)
  }),
})

function write(into: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder()
  into(encoder)
  return encoding.toUint8Array(encoder)
}
