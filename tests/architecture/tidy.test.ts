import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { isTestCode, readSourceModules } from './source-module.ts'

const modules = readSourceModules()

const linesMax = { product: 300, test: 500 }

test(`[AR9] a file has at most ${linesMax.product} lines, a test ${linesMax.test}`, () => {
  const long = modules.filter((module) => module.lineCount > (isTestCode(module.path) ? linesMax.test : linesMax.product))
  expect(long.map((module) => `${module.path}: ${module.lineCount} lines`)).toEqual([])
})

test('[AR9] files are named in kebab-case after what they hold; there are no drawers', () => {
  const drawer = /^(utils?|helpers?|types?|common|shared|misc|constants)(\.test)?\.tsx?$/
  const odd = modules.filter(
    ({ path }) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.config)?(\.d)?\.tsx?$/.test(basename(path)) || drawer.test(basename(path)),
  )
  expect(odd.map((module) => module.path)).toEqual([])
})

/** What the linter cannot see or could be told to overlook. Patterns are built from parts, so that this file does not match itself. */
const refusals: readonly (readonly [name: string, pattern: RegExp])[] = [
  [
    'a check switched off',
    new RegExp(`@ts-(${'ignore'}|${'expect-error'}|${'nocheck'})|(ox|es)lint-${'disable'}|v8 ${'ignore'}`),
  ],
  ['something left for later', new RegExp(`\\b(${'TO'}DO|${'FIX'}ME|${'X'}XX)\\b`)],
  ['an error swallowed in an empty catch', /catch\s*(\([^)]*\))?\s*\{\s*\}|\.catch\(\(\)\s*=>\s*(\{\s*\}|undefined|null)\)/],
]

test.each(refusals)('[AR10] no file has %s', (_name, pattern) => {
  expect(modules.filter((module) => pattern.test(module.text)).map((module) => module.path)).toEqual([])
})

test('[AR10] no test sleeps: only tests/support waits by the clock, and only for a condition', () => {
  const sleep = new RegExp(`\\bset${'Timeout'}\\(|\\bsleep\\(|timers/${'promises'}`)
  const isTest = (path: string) =>
    /\.test\.tsx?$/.test(path) || (/^tests\/(crash|e2e|hostile|interop|simulation)\//.test(path) && !path.endsWith('-process.ts'))
  expect(modules.filter(({ path, text }) => isTest(path) && sleep.test(text)).map((module) => module.path)).toEqual([])
})
