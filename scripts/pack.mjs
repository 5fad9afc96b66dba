// The packages as files, as they would be published: `node scripts/pack.mjs FOLDER`.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from './build.mjs'
import { attempt, pinnedPnpm, root } from './pnpm.mjs'

const packages = ['core', 'client', 'server']

/** Writes `rejoin-NAME-VERSION.tgz` of each package, which must be built. Throws where that fails. */
export function packInto(folder) {
  mkdirSync(folder, { recursive: true })
  for (const name of packages) {
    const args = ['--yes', pinnedPnpm(), 'pack', '--pack-destination', folder]
    const { isOk, output } = attempt('npx', args, { cwd: join(root, 'packages', name) })
    if (!isOk) throw new Error(`packing ${name} failed\n${output}`)
  }
}

if (import.meta.filename === process.argv[1]) {
  const [folder] = process.argv.slice(2)
  if (folder === undefined) {
    console.error('Say where to: npm run pack -- FOLDER')
    process.exit(2)
  }
  build()
  packInto(resolve(folder))
  console.log(`The packages are in ${resolve(folder)}`)
}
