import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isTestCode, listFiles, readSourceModules, repositoryRoot } from './source-module.ts'

const specFiles = [...listFiles('packages', /^SPEC.*\.md$/), ...listFiles('apps', /^SPEC.*\.md$/), 'tests/README.md']
const ruleIds = specFiles.flatMap((path) =>
  [...readFileSync(join(repositoryRoot, path), 'utf8').matchAll(/^- \*\*([A-Z]+\d+[a-z]?)\*\*/gm)].map((match) => match[1] ?? ''),
)

/** A title starts with its rule in brackets, or with several: between commas, or each in its own. */
const titleStart = /['"`](?:\[[A-Z]+\d+[a-z]?(?:,\s*[A-Z]+\d+[a-z]?)*\]\s*)+/g
const shown = readSourceModules()
  .filter((module) => isTestCode(module.path))
  .flatMap((module) =>
    [...module.text.matchAll(titleStart)].flatMap((match) =>
      (match[0].match(/[A-Z]+\d+[a-z]?/g) ?? []).map((id) => ({ id, path: module.path })),
    ),
  )

test('[AR6] every rule of a SPEC is shown by a test', () => {
  const shownIds = new Set(shown.map(({ id }) => id))
  expect(ruleIds.length).toBeGreaterThan(0)
  expect(ruleIds.filter((id) => !shownIds.has(id))).toEqual([])
})

test('[AR6] every rule that a test title names exists', () => {
  const known = new Set(ruleIds)
  expect(shown.filter(({ id }) => !known.has(id)).map(({ id, path }) => `${path} names ${id}`)).toEqual([])
})

test('[AR6] no two rules share an id', () => {
  expect(ruleIds.filter((id, index) => ruleIds.indexOf(id) !== index)).toEqual([])
})
