import type { FieldStamp } from '@rejoin/core'
import { DocumentStoreError } from '../../document-log/document-store-error.ts'
import { jsonOf } from '../database/json-column.ts'

type Stamps = Readonly<Record<string, FieldStamp>>

/** The stamps of a record as they are stored. Fields that were written together share one entry: most records have one or two. */
export function textOfStamps(stamps: Stamps): string {
  const entryByStamp = new Map<string, [number, string, number, ...string[]]>()
  for (const [field, { time, operationId, version }] of Object.entries(stamps)) {
    const key = `${version} ${time} ${operationId}`
    const entry = entryByStamp.get(key)
    if (entry === undefined) entryByStamp.set(key, [time, operationId, version, field])
    else entry.push(field)
  }
  return JSON.stringify([...entryByStamp.values()])
}

export function stampsOfText(text: string): Stamps {
  const entries = jsonOf(text)
  if (!Array.isArray(entries)) throw damaged()
  const stamps: [string, FieldStamp][] = []
  for (const entry of entries as readonly unknown[]) {
    if (!Array.isArray(entry)) throw damaged()
    const [time, operationId, version, ...fields] = entry as readonly unknown[]
    if (typeof time !== 'number' || typeof operationId !== 'string' || typeof version !== 'number') throw damaged()
    const stamp = { time, operationId, version }
    for (const field of fields) {
      if (typeof field !== 'string') throw damaged()
      stamps.push([field, stamp])
    }
  }
  return Object.fromEntries(stamps)
}

function damaged(): DocumentStoreError {
  return new DocumentStoreError('corrupt', 'the database holds something else where stamps belong')
}
