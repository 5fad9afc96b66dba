import { install, projectEnvironment, run } from './pnpm.mjs'

/** Installs and builds every package, in the order of their dependencies. */
export function build() {
  install()
  console.log('Building …')
  run('turbo', ['run', 'build', '--output-logs=errors-only', '--log-prefix=none'], { env: { ...projectEnvironment(), TURBO_TELEMETRY_DISABLED: '1' }, stdio: ['ignore', 'ignore', 'inherit'] })
}

if (import.meta.filename === process.argv[1]) build()
