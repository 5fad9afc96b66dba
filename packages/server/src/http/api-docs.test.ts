import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestServer, jwtAuth, type TestServer } from '../testing/test-server.ts'
import { createRecordingSyncService } from '../testing/recording-sync-service.ts'

const descriptionSchema = z.object({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({ tags: z.array(z.string()), summary: z.string(), responses: z.record(z.string(), z.unknown()) }),
    ),
  ),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
})

let server: TestServer
let description: z.infer<typeof descriptionSchema>
beforeAll(async () => {
  // With tokens there are the routes for administrators too.
  server = await createTestServer(jwtAuth, { syncService: createRecordingSyncService() })
  description = descriptionSchema.parse((await server.app.inject('/api/docs/json')).json())
})
afterAll(() => server[Symbol.asyncDispose]())

/** `GET /a/:b` for every route, as the router has them. */
function registeredRoutes(): string[] {
  const parents: string[] = []
  return server.app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', path, methods = ''] = /^((?:[│ ] {3})*)[├└]── (\S+) \((.+)\)$/.exec(line) ?? []
      if (path === undefined) return []
      const depth = indent.length / 4
      parents.splice(depth, Infinity, path)
      return methods.split(', ').map((method) => `${method} ${parents.join('')}`)
    })
}

test('[SR15] every route is in the description', async () => {
  const described = Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  )
  const registered = registeredRoutes().filter((route) => !/^(HEAD|OPTIONS) |^GET \/api\/docs/.test(route))
  const answered: string[] = []
  for (const route of registered) {
    const [method = '', url = ''] = route.split(' ')
    const { statusCode } = await server.app.inject({ method: method as 'GET', url: url.replaceAll(/:\w+/g, 'x') })
    // Those that only say which methods there are.
    if (statusCode !== 405) answered.push(route)
  }
  expect(answered.length).toBeGreaterThan(10)
  expect(described.toSorted()).toEqual(answered.toSorted())
})

test('[SR15] each has a summary, a section, and a form for errors', () => {
  expect(description.openapi).toBe('3.1.0')
  for (const operation of Object.values(description.paths).flatMap((methods) => Object.values(methods))) {
    expect([operation.tags.length, operation.summary !== '', 'default' in operation.responses]).toEqual([1, true, true])
  }
})

test('[SR15] the wire of records is described, operations included', async () => {
  const text = (await server.app.inject('/api/docs/json')).payload
  expect(Object.keys(description.components.schemas)).toEqual(
    expect.arrayContaining(['OperationInput', 'OperationResult', 'RecordRow', 'SyncResponse', 'ChangesResponse', 'Refusal']),
  )
  expect(text).toContain('"code":{"enum":["VALIDATION_ERROR",')
  expect(text).toContain('"payload":{"default":{},"type":"object"}')
  // Nothing is there that nobody refers to.
  expect(Object.keys(description.components.schemas).filter((name) => !text.includes(`schemas/${name}"`))).toEqual([])
  for (const field of ['operationId', 'baseVersion', 'ackedThrough', 'resyncRequired', 'serverState', 'retryOf']) {
    expect(text).toContain(`"${field}"`)
  }
})

test('[SR15] the wire of scenes is described, operations included', () => {
  const schemas = z
    .record(z.string(), z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() }))
    .parse(description.components.schemas)
  expect(Object.keys(schemas)).toEqual(
    expect.arrayContaining(['SceneOperationInput', 'SceneElementInput', 'SceneSyncResult', 'SceneConflict']),
  )
  expect(schemas['SceneSyncResult']?.properties?.['failedOperations']).toMatchObject({
    items: { properties: { error: { enum: expect.arrayContaining(['VALIDATION_ERROR', 'ID_REUSED']) } } },
  })
  const elementSchema = schemas['SceneElementInput']
  expect([elementSchema?.['required'], elementSchema?.['additionalProperties']]).toEqual([
    expect.arrayContaining(['id', 'kind']),
    {},
  ])
})

test('[SR15] an answer is described as it is: its status, its type, and whether it has a body', () => {
  const answers = (path: string, method: string) => {
    const { default: refusal, ...successes } = description.paths[path]?.[method]?.responses ?? {}
    expect(refusal).toMatchObject({ content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } } })
    return successes
  }
  expect(answers('/api/v1/documents/{name}', 'delete')).toEqual({ 204: { description: expect.any(String) } })
  expect(answers('/metrics', 'get')).toMatchObject({ 200: { content: { 'text/plain': {} } } })
  expect(Object.keys(answers('/api/v1/documents', 'post'))).toEqual(['201'])
  expect(Object.keys(answers('/api/v1/records/{entity}/batch', 'post'))).toEqual(['200', '409'])
})

test('[SR15] people get a page without scripts, which may load nothing from elsewhere', async () => {
  const reply = await server.app.inject('/api/docs')
  expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  expect(reply.headers['content-security-policy']).toContain("default-src 'self'")
  expect(reply.payload).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/)
  expect(reply.payload).toContain('<code>POST /api/sync</code>')
})
