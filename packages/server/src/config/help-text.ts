import { settings, type Setting } from './settings.ts'

/** What `--help` prints. */
export function helpText(): string {
  const all: readonly Setting[] = Object.values(settings)
  const left = all.map((setting) => `  --${setting.flag} ${setting.placeholder}`)
  const width = Math.max(...left.map((text) => text.length)) + 2
  return [
    'Usage: rejoin-server [flags]',
    '',
    ...all.map((setting, index) => `${(left[index] ?? '').padEnd(width)}${setting.help}`),
    `${'  --help, --version'.padEnd(width)}print this, or the version`,
    '',
    'Each flag is also an environment variable, as REJOIN_DATA_DIR for --data-dir; the flag wins.',
    '',
  ].join('\n')
}
