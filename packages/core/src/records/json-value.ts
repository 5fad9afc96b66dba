import { z } from 'zod'
import { limits } from '../limits.ts'

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [key: string]: JsonValue
}

/** Keys that name a prototype and not a member once an object is copied carelessly. */
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Whether a value is plain JSON: finite numbers, own string keys, no prototype's names, at most `limits.valueDepthMax` deep. Accepts `undefined` nowhere. */
export function isJsonValue(value: unknown, depthLeft: number = limits.valueDepthMax): value is JsonValue {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean'
  return value === null || (depthLeft > 0 && isJsonContainer(value, depthLeft - 1))
}

function isJsonContainer(value: object, depthLeft: number): boolean {
  if (Array.isArray(value)) return value.every((item) => isJsonValue(item, depthLeft))
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  return Object.entries(value).every(([key, member]) => !forbiddenKeys.has(key) && isJsonValue(member, depthLeft))
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isJsonValue(value)
}

export const jsonObjectSchema = z.custom<JsonObject>(isJsonObject, 'a JSON object without NaN, prototype keys or deep nesting')

/** Whether two JSON values are equal; the order of an object's keys says nothing. */
export function isSameJson(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  return canonicalJson(a) === canonicalJson(b)
}

/** JSON with sorted keys: equal values give equal text. The text that payload hashes are made of. */
export function canonicalJson(value: JsonValue): string {
  return JSON.stringify(sorted(value))
}

/** A copy: to have `JSON.stringify` call back for each value takes it up to five times as long. */
function sorted(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map(sorted)
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]))
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
