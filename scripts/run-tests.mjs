import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { attempt, root } from './pnpm.mjs'

const stepTimeoutMs = 8 * 60_000

/** Runs vitest projects and counts from its JSON report. A file that does not load, a skipped test and an unhandled error each count as failed. */
export function runTests(projects, reportFile, environment) {
  const args = ['run', '--reporter=json', `--outputFile=${reportFile}`, ...projects.flatMap((project) => ['--project', project])]
  const { isOk, output } = attempt('vitest', args, { env: environment, timeout: stepTimeoutMs })
  if (!existsSync(reportFile)) return { passed: 0, failed: 1, output: `vitest wrote no report.\n${output}` }

  const { testResults: files } = JSON.parse(readFileSync(reportFile, 'utf8'))
  const tests = files.flatMap((file) => file.assertionResults.map((test) => ({ ...test, file: relative(root, file.name) })))
  const passed = tests.filter((test) => test.status === 'passed').length
  const failures = [
    ...tests.filter((test) => test.status !== 'passed').map(describeTest),
    ...files
      .filter((file) => file.status === 'failed' && file.assertionResults.every((test) => test.status === 'passed'))
      .map(describeFile),
  ]
  if (failures.length === 0 && !isOk) failures.push(`vitest failed beside the tests:\n${output}`)
  return { passed, failed: failures.length, output: failures.join('\n\n') }
}

function describeTest({ file, fullName, status, failureMessages }) {
  const reason = status === 'failed' ? failureMessages.join('\n') : `was not run (${status}): no test may be skipped`
  return `FAILED ${file}\n  ${fullName}\n${indent(reason)}`
}

function describeFile({ name, message }) {
  return `FAILED ${relative(root, name)}\n${indent(message || 'the file failed outside its tests')}`
}

function indent(text) {
  return text.replaceAll(/^/gm, '    ')
}
