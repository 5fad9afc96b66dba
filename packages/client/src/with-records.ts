import type { Schema } from '@rejoin/core'
import type { Requests } from './captured-requests/requests.ts'
import type { Client, RecordsClient } from './client.ts'
import type { Scenes } from './scenes/scenes.ts'
import { hubDevices } from './scope/hub-devices.ts'
import { hubAttention, hubOutbox, hubRecords } from './scope/hub-records.ts'
import { hubSync } from './scope/hub-sync.ts'
import type { RecordsHub } from './scope/records-hub.ts'

/** A client of documents with records beside them. `syncStatus` stays that of the documents; `sync.state` is that of the records. */
export function withRecords<Own extends Schema>(
  { client, requests, scenes }: { readonly client: Client; readonly requests: Requests; readonly scenes: Scenes },
  hub: RecordsHub,
  schema: Own,
): RecordsClient<Own> {
  return {
    documents: client.documents,
    connectivity: client.connectivity,
    get syncStatus() {
      return client.syncStatus
    },
    get isOnline() {
      return client.isOnline
    },
    subscribe: (listener) => client.subscribe(listener),
    onTrouble: (listener) => {
      const stops = [client.onTrouble(listener), hub.onTrouble(listener)]
      return () => stops.forEach((stop) => stop())
    },
    setOnline: (isOnline) => {
      client.setOnline(isOnline)
      hub.setOnline(isOnline)
    },
    close: async () => {
      try {
        await client.close()
      } finally {
        await hub.close()
      }
    },
    records: hubRecords(hub, schema),
    sync: hubSync(hub),
    outbox: hubOutbox(hub),
    attention: hubAttention(hub),
    requests,
    scenes,
    devices: hubDevices(hub),
  }
}
