import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, defaultClientConditions } from 'vite'

/** A folder with a page that runs one script, for `--static-dir`. */
export interface BundledPage {
  readonly folder: string
  [Symbol.asyncDispose](): Promise<void>
}

/** Bundles a script of ours (`*-page.ts`) from source, as an app's own build would. */
export async function bundlePage(script: URL): Promise<BundledPage> {
  const folder = await mkdtemp(join(tmpdir(), 'rejoin-page-'))
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['rejoin-source', ...defaultClientConditions], dedupe: ['yjs', 'lib0', 'y-protocols'] },
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: 'es2023',
      rolldownOptions: { input: script.pathname, output: { entryFileNames: 'page.js' } },
    },
  })
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><html lang="en"><title>Test</title><script type="module" src="./page.js"></script></html>',
  )
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}
