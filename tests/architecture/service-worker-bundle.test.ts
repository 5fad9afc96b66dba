import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, defaultClientConditions } from 'vite'
import { expect, test } from 'vitest'

interface Bundle {
  readonly code: string
  /** Every module of which something is left, as a path. */
  readonly modules: readonly string[]
}

/** What an app's own build makes of a script, minified. */
async function bundle(script: string): Promise<Bundle> {
  const path = fileURLToPath(new URL('bundled-script.ts', import.meta.url))
  const result = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'script',
        resolveId: (id) => (id === path ? path : undefined),
        load: (id) => (id === path ? script : undefined),
      },
    ],
    resolve: { conditions: ['rejoin-source', ...defaultClientConditions] },
    build: { write: false, target: 'es2023', rolldownOptions: { input: path } },
  })
  const outputs = [result].flat().flatMap((each) => ('output' in each ? each.output : []))
  const chunks = outputs.flatMap((output) => (output.type === 'chunk' ? [output] : []))
  return {
    code: chunks.map((chunk) => chunk.code).join('\n'),
    modules: chunks.flatMap((chunk) => Object.entries(chunk.modules).flatMap(([id, { code }]) => (code ? [id] : []))),
  }
}

const packagesOf = ({ modules }: Bundle): readonly string[] => [
  ...new Set(modules.flatMap((id) => /node_modules\/((?:@[^/]+\/)?[^/.][^/]*)\/(?!.*node_modules\/)/.exec(id)?.[1] ?? [])),
]

/** Bundling takes a second, and much longer on a machine that has other things to do. */
const bundling = { timeout: 60_000 }
/** Compressed. 105,000 bytes were measured, about half of them Zod. */
const workerBytesMax = 115_000
/** Compressed. 26,000 were measured, nearly all of them Zod, which a page with records has anyway. */
const pageBytesMax = 28_000

test('[BG14] the worker has neither React nor Yjs in it, and a bounded size', bundling, async () => {
  const worker = await bundle(`
    import { defineSchema } from '@rejoin/core'
    import { createSyncWorker } from '@rejoin/client/service-worker'
    createSyncWorker({ url: location.origin, schema: defineSchema({ version: 1, entities: {} }) })`)
  expect(packagesOf(worker).toSorted()).toEqual(['dexie', 'zod'])
  expect(
    worker.modules.filter((id) => /\/client\/src\/(documents|connection\/(?!online|document-url)|react|ui|tabs)\//.test(id)),
  ).toEqual([])
  expect(gzipSync(worker.code).byteLength).toBeLessThan(workerBytesMax)
})

test('[BG14] what a page imports beside it has nothing of the worker', bundling, async () => {
  const page = await bundle(`
    import { registerSyncWorker, listenToSyncWorker, takeBackgroundSyncNotice } from '@rejoin/client/service-worker'
    Object.assign(globalThis, { registerSyncWorker, listenToSyncWorker, takeBackgroundSyncNotice })`)
  expect(packagesOf(page)).toEqual(['zod'])
  const own = page.modules.flatMap((id) => /\/client\/src\/(.*)$/.exec(id)?.[1] ?? [])
  expect(own.toSorted()).toEqual([
    'host/host-time.ts',
    'register-sync-worker.ts',
    'service-worker/delivery-requests.ts',
    'service-worker/detect-background-sync.ts',
    'service-worker/hear-sync-worker.ts',
    'service-worker/open-only-notice.ts',
    'service-worker/sync-worker-message.ts',
    'sync/page-life.ts',
    'zod-as-before.ts',
    'zod-without-eval.ts',
  ])
  expect(gzipSync(page.code).byteLength).toBeLessThan(pageBytesMax)
})
