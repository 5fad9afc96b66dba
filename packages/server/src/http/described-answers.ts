import { z } from 'zod'

const generation = z.object({ generation: z.string() })
/** An answer without a body. */
const nothing = z.undefined()

const ofType = (content: Readonly<Record<string, z.ZodType>>) => ({
  content: Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }])),
})

/**
 * By method and path, what routes answer that do not say so themselves: where a route names a schema for an answer, Fastify would write the
 * answer by it, and these are no JSON, or have several forms.
 */
const answersByRoute = new Map<string, Readonly<Record<number, unknown>>>([
  ['GET /livez', { 200: z.object({ status: z.literal('live') }) }],
  ['GET /readyz', { 200: z.object({ status: z.literal('ready') }) }],
  ['GET /metrics', { 200: ofType({ 'text/plain': z.string() }) }],
  ['POST /api/v1/admin/revocations', { 204: nothing }],
  ['DELETE /api/v1/devices', { 204: nothing }],
  ['POST /api/v1/documents', { 201: generation }],
  [
    'GET /api/v1/documents/:name',
    { 200: ofType({ 'application/octet-stream': z.string(), 'application/json': z.looseObject({}) }) },
  ],
  ['DELETE /api/v1/documents/:name', { 204: nothing }],
  ['GET /api/v1/scenes/:name', { 200: z.object({ elements: z.array(z.looseObject({ id: z.string() })) }) }],
  ['POST /api/v1/documents/:name/restore', { 200: generation }],
])

/** The forms of a route's successes, by status: those of its schema, or those that are told here. Throws for a route that says nothing. */
export function answersOf(method: string, url: string, declared: unknown): object {
  const answers = declared ?? answersByRoute.get(`${method} ${url}`)
  if (typeof answers !== 'object' || answers === null) throw new Error(`${method} ${url} does not say what it answers`)
  return answers
}
