import type { JsonValue, SceneOperation } from '@rejoin/core'
import type { AttentionItem, OperationEntry, RecordTables, RequestEntry } from '@rejoin/client/simulation'

interface Confirmed {
  readonly version: number
  readonly fields: Readonly<Record<string, JsonValue>>
  readonly isDeleted: boolean
  readonly seq: number
}

/** What a database holds after a transaction. */
export interface DeviceSnapshot {
  readonly entries: ReadonlyMap<number, OperationEntry>
  readonly requests: ReadonlyMap<number, RequestEntry>
  readonly attention: ReadonlyMap<number, AttentionItem>
  /** Operations on scenes, by the body that they are in: of what waits, and of what waits for a person. */
  readonly sceneBodies: ReadonlyMap<string, readonly SceneOperation[]>
  readonly confirmed: ReadonlyMap<string, Confirmed>
  readonly checkpoint: string | undefined
  readonly fence: unknown
  /** The person has switched syncing on. */
  readonly isEnabled: boolean
}

export const emptySnapshot: DeviceSnapshot = {
  entries: new Map(),
  requests: new Map(),
  attention: new Map(),
  sceneBodies: new Map(),
  confirmed: new Map(),
  checkpoint: undefined,
  fence: undefined,
  isEnabled: false,
}

/** Reads everything, inside a transaction. The rows are the product's own; what they mean is judged here. */
export async function readSnapshot(tables: RecordTables): Promise<DeviceSnapshot> {
  const meta = new Map(((await tables.meta.range({})) as { key: string; value: unknown }[]).map(({ key, value }) => [key, value]))
  const sides = meta.get('sides') as { current: 'A' | 'B' } | undefined
  const table = sides?.current === 'B' ? tables.confirmedB : tables.confirmedA
  const confirmed = (await table.range({})) as { key: string; row: Confirmed }[]
  const entries = (await tables.outbox.range({})) as OperationEntry[]
  const requests = (await tables.requests.range({})) as RequestEntry[]
  const attention = (await tables.attention.range({})) as AttentionItem[]
  const checkpoint = meta.get('checkpoint')
  return {
    entries: new Map(entries.map((entry) => [entry.entryId, entry])),
    requests: new Map(requests.map((entry) => [entry.entryId, entry])),
    attention: new Map(attention.map((item) => [item.id, item])),
    sceneBodies: await readSceneBodies(tables, [...requests, ...attention]),
    confirmed: new Map(confirmed.map(({ key, row }) => [key, row])),
    checkpoint: typeof checkpoint === 'string' ? checkpoint : undefined,
    fence: meta.get('fence'),
    isEnabled: meta.get('enabled') === true,
  }
}

async function readSceneBodies(
  { requestBodies }: RecordTables,
  rows: readonly Pick<AttentionItem, 'request'>[],
): Promise<DeviceSnapshot['sceneBodies']> {
  const bodies = new Map<string, readonly SceneOperation[]>()
  for (const { request } of rows) {
    if (request?.scene === undefined || request.body === undefined) continue
    const { bodyId } = request.body
    const stored = (await requestBodies.get(bodyId)) as { readonly bytes: Uint8Array } | undefined
    if (stored !== undefined) bodies.set(bodyId, operationsIn(stored.bytes))
  }
  return bodies
}

/** As they are in the body of a request. */
export function operationsIn(bytes: Uint8Array | undefined): readonly SceneOperation[] {
  return (JSON.parse(new TextDecoder().decode(bytes)) as { readonly operations: readonly SceneOperation[] }).operations
}

/** Whose database it is; `undefined` before anybody signed in. */
export interface DatabaseOwner {
  readonly name: string
  readonly tenant: string | undefined
  readonly user: string | undefined
}
