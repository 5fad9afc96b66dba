import { defineConfig } from 'vitest/config'

const project = (name: string, include: string[], more: Record<string, unknown> = {}) => ({
  resolve: { conditions: ['rejoin-source'] },
  ssr: { resolve: { conditions: ['rejoin-source'], externalConditions: ['rejoin-source'] } },
  test: { name, include, execArgv: ['--conditions=rejoin-source', '--disable-warning=ExperimentalWarning'], ...more },
})

export default defineConfig({
  test: {
    // On two cores Vitest would take one worker, but much of the time goes by waiting for clocks, disks and sockets.
    maxWorkers: 4,
    projects: [
      project('unit', ['packages/*/src/**/*.test.{ts,tsx}', 'apps/*/src/**/*.test.{ts,tsx}']),
      project('architecture', ['tests/architecture/**/*.test.ts']),
      project('simulation', ['tests/simulation/**/*.test.ts'], { testTimeout: 240_000 }),
      project('hostile', ['tests/hostile/**/*.test.ts'], { testTimeout: 120_000 }),
      project('interop', ['tests/interop/**/*.test.ts'], { testTimeout: 150_000, hookTimeout: 60_000 }),
      project('crash', ['tests/crash/**/*.test.ts'], { testTimeout: 240_000, fileParallelism: false }),
      project('e2e', ['tests/e2e/**/*.test.ts'], { testTimeout: 120_000, hookTimeout: 60_000, fileParallelism: false }),
    ],
  },
})
