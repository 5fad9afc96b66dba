// First: it must run before any schema is made.
import './schema-without-eval.ts'
import { createClient } from '@rejoin/client'
import { RejoinProvider } from '@rejoin/client/react'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { thisApp, thisDevice } from './device/this-device.ts'
import { registerWorker } from './pwa/register-worker.ts'
import { schema } from './schema.ts'
import '@rejoin/client/ui.css'
import './theme/theme.css'

// The page's own origin: the server that serves it, or Vite in development, which passes everything on.
// Records leave the device only when the person says so; drawings are shared by the address of their room.
const client = createClient({ url: location.origin, app: thisApp, schema, sync: 'optIn' })

// It works for the browser's own device.
if (thisDevice === undefined) registerWorker(client)

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <RejoinProvider client={client}>
      <App client={client} />
    </RejoinProvider>
  </StrictMode>,
)
