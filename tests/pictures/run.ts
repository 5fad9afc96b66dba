// Takes the pictures of the pages that the READMEs show, in light and in dark, wide and on a phone: `npm run pictures`.
import { fileURLToPath } from 'node:url'
import { openBrowser } from '../support/open-browser.ts'
import { startServer } from '../support/start-server.ts'
import { createPhotographer, looks } from './photographer.ts'
import { takeCanvas } from './take-canvas.ts'
import { takeRecords } from './take-records.ts'

const folder = fileURLToPath(new URL('../../docs/pictures', import.meta.url))
const serve = () => startServer({ flags: ['--static-dir', 'apps/demo/dist', '--schema', 'apps/demo/src/schema.ts'] })

await using browser = await openBrowser()
await using server = await serve()
const photographer = await createPhotographer(browser, folder)
await takeCanvas(server, photographer, looks)
await takeRecords({ browser, server: serve }, photographer, looks)
