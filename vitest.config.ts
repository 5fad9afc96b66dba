import { defineConfig } from 'vitest/config'

const project = (name: string, include: string[], more: Record<string, unknown> = {}) => ({
  resolve: { conditions: ['rejoin-source'] },
  ssr: { resolve: { conditions: ['rejoin-source'], externalConditions: ['rejoin-source'] } },
  test: { name, include, execArgv: ['--conditions=rejoin-source', '--disable-warning=ExperimentalWarning'], ...more },
})

export default defineConfig({
  test: {
    projects: [
      project('unit', ['packages/*/src/**/*.test.{ts,tsx}', 'apps/*/src/**/*.test.{ts,tsx}']),
      project('architecture', ['tests/architecture/**/*.test.ts']),
      project('simulation', ['tests/simulation/**/*.test.ts'], { testTimeout: 240_000 }),
      project('hostile', ['tests/hostile/**/*.test.ts'], { testTimeout: 120_000 }),
      // The tests of a file run one after another, files beside each other: most of their time is spent waiting for a clock.
      project('interop', ['tests/interop/**/*.test.ts'], { testTimeout: 150_000, hookTimeout: 60_000, maxWorkers: 4 }),
      project('crash', ['tests/crash/**/*.test.ts'], { testTimeout: 240_000, fileParallelism: false }),
      project('e2e', ['tests/e2e/**/*.test.ts'], { testTimeout: 120_000, hookTimeout: 60_000, fileParallelism: false }),
    ],
  },
})
