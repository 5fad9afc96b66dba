import { expect, test } from 'vitest'
import { ambientNamesOf } from './ambient-names.ts'
import { pureFiles } from './layers.ts'
import { isTestCode, readSourceModules } from './source-module.ts'

const modules = readSourceModules()
const pure = modules.filter((module) => !isTestCode(module.path) && pureFiles.some((pattern) => pattern.test(module.path)))

test('[AR5] pure files touch no ambient clock, chance, timer, network, storage or process', () => {
  expect(pureFiles.filter((pattern) => !pure.some((module) => pattern.test(module.path)))).toEqual([])
  const ambient = pure.flatMap((module) => ambientNamesOf(module).map((name) => `${module.path} uses ${name}`))
  expect(ambient).toEqual([])
})

test('[AR5] ambient names are found where they are used, and only there', () => {
  const impure = modules.find((module) => module.path === 'tests/support/wait-for.ts')
  const [sample] = modules
  if (impure === undefined || sample === undefined) throw new Error('tests/support/wait-for.ts is missing')
  expect(ambientNamesOf(impure)).toEqual(['Date', 'setTimeout'])
})
