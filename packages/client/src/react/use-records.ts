import type { Entity, Schema } from '@rejoin/core'
import { useMemo } from 'react'
import type { RecordCollection, RecordOf, RecordQuery } from '../records/records.ts'
import { useLiveQuery } from './use-live-query.ts'
import { useRecordsClient } from './use-records-client.ts'

export interface UsedRecords<Own extends Entity> {
  /** Empty until they have been read. */
  readonly records: readonly RecordOf<Own>[]
  readonly isLoading: boolean
  /** Why they could not be read. */
  readonly error: Error | undefined
}

export interface UsedRecord<Own extends Entity> {
  /** `undefined` until it has been read, and where there is none. */
  readonly record: RecordOf<Own> | undefined
  readonly isLoading: boolean
  readonly error: Error | undefined
}

/** Hooks that know the app's schema. */
export interface RecordHooks<Own extends Schema> {
  /** Follows a query for as long as the component is mounted. The query may be made anew in every rendering. */
  readonly useRecords: <Name extends keyof Own['entities'] & string>(
    entity: Name,
    query?: RecordQuery<Own['entities'][Name]>,
  ) => UsedRecords<Own['entities'][Name]>
  /** Follows one record. */
  readonly useRecord: <Name extends keyof Own['entities'] & string>(entity: Name, id: string) => UsedRecord<Own['entities'][Name]>
}

/** For an app, once: `export const { useRecords, useRecord } = createRejoinHooks<typeof schema>()`. */
export function createRejoinHooks<Own extends Schema>(): RecordHooks<Own> {
  // The same code for every entity; the client above was made with this schema, as its maker says.
  return { useRecords: useAnyRecords, useRecord: useAnyRecord } as RecordHooks<Schema> as RecordHooks<Own>
}

function useAnyRecords(entity: string, query: RecordQuery<Entity> = {}): UsedRecords<Entity> {
  const collection = useCollection(entity)
  const { filter, limit, ...stated } = query
  // Queries are mostly written in place, so they are told apart by what they say. What a function says cannot be told: it is applied here.
  const text = JSON.stringify(filter === undefined ? { ...stated, limit } : stated)
  const asked = useMemo((): RecordQuery<Entity> => JSON.parse(text), [text])
  const live = useMemo(() => collection.liveQuery(asked), [collection, asked])
  const { result, error } = useLiveQuery(live)
  const records = filter === undefined ? result : result?.filter(filter).slice(0, limit)
  return { records: records ?? none, isLoading: result === undefined && error === undefined, error }
}

function useAnyRecord(entity: string, id: string): UsedRecord<Entity> {
  const collection = useCollection(entity)
  const live = useMemo(() => collection.liveRecord(id), [collection, id])
  const { result, error } = useLiveQuery(live)
  return { record: result ?? undefined, isLoading: result === undefined && error === undefined, error }
}

const none: readonly RecordOf<Entity>[] = []

function useCollection(entity: string): RecordCollection<Entity> {
  const collection = useRecordsClient().records[entity]
  if (collection === undefined) throw new Error(`the schema has no entity "${entity}"`)
  return collection
}
