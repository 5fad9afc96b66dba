import { readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readSourceModules, repositoryRoot } from './source-module.ts'

const manifestSchema = z.object({
  name: z.string(),
  // A style sheet is exported as it stands and has no names.
  exports: z.record(z.string(), z.union([z.object({ 'rejoin-source': z.string() }), z.string().regex(/\.css$/)])),
})

const moduleByPath = new Map(readSourceModules().map((module) => [module.path, module]))

const entries = ['core', 'client', 'server'].flatMap((folder) => {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(repositoryRoot, `packages/${folder}/package.json`), 'utf8')))
  return Object.entries(manifest.exports).flatMap(([entry, target]) =>
    typeof target === 'string'
      ? []
      : [
          {
            entry: normalize(join(manifest.name, entry)),
            path: normalize(join('packages', folder, target['rejoin-source'])),
          },
        ],
  )
})

test.each(entries)('[AR8] the public names of $entry are the ones on record', async ({ entry, path }) => {
  const names = moduleByPath.get(path)?.exports
  expect(names).toBeDefined()
  const fileName = entry.replace('@', '').replaceAll('/', '-')
  await expect(`${names?.toSorted().join('\n')}\n`).toMatchFileSnapshot(`./public-surface/${fileName}.txt`)
})

test('[AR8] public names are listed one by one', () => {
  expect(
    entries.filter(({ path }) => moduleByPath.get(path)?.exports.some((name) => name === '*' || name === 'default')),
  ).toEqual([])
})
