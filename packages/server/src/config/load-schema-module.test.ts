import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { loadSchemaModule } from './load-schema-module.ts'

const folder = mkdtempSync(join(tmpdir(), 'rejoin-schema-'))
afterAll(() => rmSync(folder, { recursive: true }))

let written = 0
async function load(text: string, extension = 'mjs') {
  const file = join(folder, `schema-${(written += 1)}.${extension}`)
  writeFileSync(file, text)
  return loadSchemaModule(pathToFileURL(file).href)
}

const schema = `export const schema = { version: 1, entities: { note: { fields: {}, policy: {}, references: {} } }, migrations: {} }`

test('[CF10] a module with a schema, in JavaScript or in TypeScript', async () => {
  expect(await load(schema)).toMatchObject({ type: 'loaded', module: { schema: { version: 1 } } })
  expect(await load(`${schema} satisfies object`, 'mts')).toMatchObject({ type: 'loaded' })
})

test('[CF10] a module with a schema and hooks', async () => {
  const loading = await load(`${schema}\nexport const hooks = { beforeApply() {}, async afterCommit() {} }`)
  expect(loading).toMatchObject({ type: 'loaded', module: { hooks: { beforeApply: expect.any(Function) } } })
})

test.each([
  ['no schema', 'export const other = 1', 'must export `schema`, made with defineSchema'],
  ['a schema that is none', 'export const schema = { version: 1 }', 'must export `schema`, made with defineSchema'],
  [
    'hooks of another name',
    `${schema}\nexport const hooks = { beforeaply() {} }`,
    'exports `hooks` that are not `{ beforeApply?, afterCommit? }`',
  ],
  [
    'hooks that are no functions',
    `${schema}\nexport const hooks = { afterCommit: true }`,
    'exports `hooks` that are not `{ beforeApply?, afterCommit? }`',
  ],
  ['an error of several lines', `throw new Error('first\\n  second')`, 'cannot be loaded: first second'],
])('[CF10] a module with %s is wrong, in one sentence', async (_name, text, message) => {
  expect(await load(text)).toEqual({ type: 'wrong', message })
})
