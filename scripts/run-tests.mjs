import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { attempt, root } from './pnpm.mjs'

const stepTimeoutMs = 15 * 60_000

/** Runs vitest projects and counts from its JSON report. A file that does not load, a skipped test and an unhandled error each count as failed. */
export function runTests(projects, reportFile, environment) {
  const reporters = ['--reporter=json', `--outputFile.json=${reportFile}`, '--reporter=default', '--silent=passed-only']
  const args = ['run', ...reporters, ...projects.flatMap((project) => ['--project', project])]
  // CI: a snapshot that is missing is a failure, not an occasion to write one.
  const { isOk, output } = attempt('vitest', args, { env: { ...environment, CI: 'true', NO_COLOR: '1' }, timeout: stepTimeoutMs })
  if (!existsSync(reportFile)) return { passed: 0, failed: 1, output: `vitest wrote no report:\n${output}` }

  const { testResults: files } = JSON.parse(readFileSync(reportFile, 'utf8'))
  const tests = files.flatMap((file) => file.assertionResults.map((test) => ({ ...test, file: relative(root, file.name) })))
  const passed = tests.filter((test) => test.status === 'passed').length
  const failures = [
    ...tests.filter((test) => test.status !== 'passed').map(describeTest),
    ...files
      .filter((file) => file.status === 'failed' && file.assertionResults.every((test) => test.status === 'passed'))
      .map(describeFile),
  ]
  if (failures.length === 0 && !isOk) failures.push('vitest failed beside the tests')
  return { passed, failed: failures.length, output: [...failures, detailsOf(output)].join('\n') }
}

function describeTest({ file, fullName, status }) {
  return `FAILED ${file}: ${fullName}${status === 'failed' ? '' : ` (${status}: no test may be skipped)`}`
}

function describeFile({ name }) {
  return `FAILED ${relative(root, name)}: the file itself`
}

/** What vitest prints after the list of files: failures with their differences, and errors nobody handled. */
function detailsOf(output) {
  const start = output.search(/^⎯+ (Failed (Suites|Tests)|Unhandled Errors)/m)
  return start < 0 ? output : output.slice(start)
}
