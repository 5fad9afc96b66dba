import { createClient, type RecordsClient, type Scene } from '@rejoin/client'
import { schema } from './engine-schema.ts'

declare global {
  interface Window {
    scenesClient: RecordsClient<typeof schema>
    /** Open where the address says so. */
    scene: Scene | undefined
  }
}

window.scenesClient = createClient({ url: location.origin, app: 'scenes', schema })
const name = new URLSearchParams(location.search).get('open')
if (name !== null) window.scene = await window.scenesClient.scenes.open(name)
