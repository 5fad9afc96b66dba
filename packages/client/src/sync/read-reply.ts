import { errorTable } from '@rejoin/core'
import { z } from 'zod'
import { fromIsoTime } from '../record-database/iso-time.ts'
import { parseJson } from '../record-database/parse-json.ts'
import type { TransportReply } from './sync-transport.ts'

/** The members of a `Response` that are used. */
export interface ResponseLike {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  text(): Promise<string>
}

export interface ReadOptions {
  /** ms since the epoch: `Retry-After` may be a date. */
  readonly now: number
  readonly roundTripMs: number
  /** Of an answer that is not a refusal. */
  readonly successStatus: number
  /** How large the body was: as it travelled, where the host says so. */
  readonly onBody: (bytes: number) => void
}

type Refused = Extract<TransportReply<never>, { readonly type: 'refused' }>

const errorBodySchema = z.object({ code: z.string(), message: z.string() })

/**
 * What a response says. Nothing is believed that does not fit: a page of a captive portal, half an answer or another server's JSON is
 * `unexpected`, which changes nothing. Rejects where the body breaks off.
 */
export async function readReply<Body>(
  response: ResponseLike,
  schema: z.ZodType<Body>,
  options: ReadOptions,
): Promise<TransportReply<Body>> {
  const text = await response.text()
  options.onBody(readLength(response.headers.get('content-length')) ?? new TextEncoder().encode(text).byteLength)
  const json = parseJson(text)
  if (response.status === options.successStatus) {
    const parsed = schema.safeParse(json)
    if (parsed.success) return { type: 'answered', body: parsed.data, roundTripMs: options.roundTripMs }
    return { type: 'unexpected', message: explain(json, text) }
  }
  return readRefusal(response, json, options)
}

function readRefusal(response: ResponseLike, json: unknown, { now }: ReadOptions): TransportReply<never> {
  const { status } = response
  const body = errorBodySchema.safeParse(json)
  const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), now)
  if (body.success && Object.hasOwn(errorTable, body.data.code)) {
    return { type: 'refused', status, ...body.data, retryAfterMs }
  }
  return readForeignRefusal(status, retryAfterMs)
}

/** A proxy's own words, where they mean the same whoever says them. */
function readForeignRefusal(status: number, retryAfterMs: number | undefined): TransportReply<never> {
  const refused = (code: string, message: string): Refused => ({ type: 'refused', status, code, message, retryAfterMs })
  if (status === 413) return refused('TOO_LARGE', 'Something on the way takes no request of this size.')
  if (status === 429) return refused('TOO_FAST', 'Something on the way asks for fewer requests.')
  if (status === 503) return refused('UNAVAILABLE', 'The server is not available at present.')
  if (status >= 500) return { type: 'unreachable', message: `The server could not be reached (a proxy answered ${status}).` }
  return { type: 'unexpected', message: `The answer did not come from the sync server (HTTP status ${status}).` }
}

function explain(json: unknown, text: string): string {
  if (json !== undefined) return 'The answer was not one of the sync server: is the address right, and the app up to date?'
  return /^\s*</.test(text)
    ? 'A web page came instead of an answer: this network may ask for a sign-in first.'
    : 'The answer could not be read.'
}

function readLength(value: string | null): number | undefined {
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : undefined
}

/** Seconds or a date; `undefined` for anything else. */
export function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000
  const at = /^[A-Za-z].* GMT$/.test(value) ? fromIsoTime(value) : 0
  return at === 0 ? undefined : Math.max(0, at - now)
}
