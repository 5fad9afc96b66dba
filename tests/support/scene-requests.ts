import { sceneSyncResultSchema, type SceneOperation, type SceneSyncResult } from '@rejoin/core'
import { z } from 'zod'
import type { RunningServer } from './start-server.ts'

export interface SceneRequest {
  readonly operations: readonly SceneOperation[]
  readonly strategy?: string
  readonly generation?: string
}

/** Sends a batch; the status and body of a refusal, or the result. Rejects where there is no answer. */
export async function sendScene(
  server: Pick<RunningServer, 'url'>,
  name: string,
  request: SceneRequest,
  token?: string,
): Promise<{ readonly status: number; readonly code?: string; readonly result?: SceneSyncResult }> {
  const response = await fetch(`${server.url}/api/v1/scenes/${encodeURIComponent(name)}/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(token) },
    body: JSON.stringify(request),
  })
  const body: unknown = await response.json()
  if (response.ok) return { status: response.status, result: sceneSyncResultSchema.parse(body) }
  return { status: response.status, code: z.object({ code: z.string() }).parse(body).code }
}

const elementsSchema = z.object({ elements: z.array(z.looseObject({ id: z.string() })) })

/** The elements as the server has them, by id; `undefined` where there is no such scene. */
export async function readScene(
  server: Pick<RunningServer, 'url'>,
  name: string,
  token?: string,
): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined> {
  const response = await fetch(`${server.url}/api/v1/scenes/${encodeURIComponent(name)}`, { headers: bearer(token) })
  if (response.status === 404) return undefined
  if (!response.ok) throw new Error(`GET scene ${name}: ${response.status} ${await response.text()}`)
  const { elements } = elementsSchema.parse(await response.json())
  return Object.fromEntries(elements.map((element) => [element.id, element]))
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}
