import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { packInto } from '../../scripts/pack.mjs'
import { openBrowser } from '../support/open-browser.ts'
import { checkReactApp } from './checks/add-to-react-app.ts'
import { checkOfflineNotes } from './checks/offline-guarantees.ts'
import { checkApiPage } from './checks/self-host.ts'
import { checkEditor } from './checks/use-any-yjs-editor.ts'
import { followGuide } from './follow-guide.ts'

/** Follows every guide in an empty folder, with the packages as they would be published: `npm run guides [-- --only NAME]`. */
const guides = new URL('../../docs/guides/', import.meta.url)

/** What must be so once a guide was followed, beyond that every step succeeded. */
const checks: Readonly<Record<string, (browser: Browser, folder: string) => Promise<void>>> = {
  'add-to-react-app': checkReactApp,
  'offline-guarantees': checkOfflineNotes,
  'self-host': checkApiPage,
  'use-any-yjs-editor': checkEditor,
}

async function follow(name: string, packed: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), `rejoin-guide-${name}-`))
  const browser = await openBrowser()
  try {
    await using followed = await followGuide(new URL(`${name}.md`, guides).pathname, folder, packed)
    await checks[name]?.(browser, followed.folder)
  } finally {
    await browser.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const names = (await readdir(guides)).filter((file) => file.endsWith('.md')).map((file) => basename(file, '.md'))
const wanted = names.filter((name) => values.only === undefined || name === values.only)
const packed = await mkdtemp(join(tmpdir(), 'rejoin-packed-'))
packInto(packed)
let failures = 0
for (const name of wanted) {
  try {
    await follow(name, packed)
    console.log(`${name}: works`)
  } catch (error) {
    failures++
    console.error(`${name}: fails`, error)
  }
}
await rm(packed, { recursive: true })
console.log(`${wanted.length - failures} passed, ${failures} failed`)
process.exitCode = failures === 0 && wanted.length > 0 ? 0 : 1
