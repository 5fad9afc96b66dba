import { defineSchema, entity, lastWriteWins } from '@rejoin/core'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { RecordsClient } from '../client.ts'
import { createClient } from '../create-client.ts'
import type { Attention, AttentionItem } from '../outbox/attention.ts'
import type { SyncState } from '../sync/sync-state.ts'
import { sampleRun, sampleState } from './sample-shown.ts'

const schema = defineSchema({
  version: 1,
  entities: {
    product: entity({ fields: z.object({ name: z.string() }), policy: lastWriteWins({ by: 'field' }) }),
  },
})
export type ShownApp = RecordsClient<typeof schema>

/** A client without a network, closed after the test. */
export function openOfflineClient(): ShownApp {
  const client = createClient({ url: 'http://127.0.0.1:1', schema })
  client.setOnline(false)
  onTestFinished(() => client.close())
  return client
}

/** Two runs: one that settled two changes, one that failed. */
const runs = [sampleRun({ startedAt: 1, items: 2 }), sampleRun({ startedAt: 2, outcome: 'failed', items: 0 })]

export interface ToldClient {
  readonly client: ShownApp
  readonly tell: (parts: Partial<SyncState>) => void
  /** What was asked of the attention list. */
  readonly asked: readonly (readonly [action: string, id: number])[]
}

/** A client whose state and matters are what the test says; everything else is a real one's. */
export function openToldClient(items: readonly AttentionItem[] = []): ToldClient {
  const real = openOfflineClient()
  const listeners = new Set<() => void>()
  let state = sampleState({ status: 'syncing' })
  const asked: (readonly [action: string, id: number])[] = []
  const ask = (action: string) => async (id: number) => void asked.push([action, id])
  const attention: Attention = {
    list: async () => items,
    subscribe: (listener) => {
      listener(items)
      return () => undefined
    },
    retry: ask('retry'),
    editAndResend: ask('resend'),
    dismiss: ask('dismiss'),
    discard: async () => {
      throw new Error('the database is full')
    },
    export: async () => '{}',
  }
  const sync = {
    ...real.sync,
    get state() {
      return state
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    activity: { runs: () => runs, subscribe: () => () => undefined },
  }
  const client: ShownApp = { ...real, sync, attention }
  const tell = (parts: Partial<SyncState>): void => {
    state = sampleState(parts)
    for (const listener of listeners) listener()
  }
  return { client, tell, asked }
}
